// Elements: text is only ever set as text, so that nothing that a user typed becomes part of the page.
export const words = JSON.parse(document.getElementById("words").textContent);

export function word(name, places = {}) {
  return words[name].replace(/\{(\w+)\}/g, (_whole, place) => String(places[place]));
}

export function at(id) {
  return document.getElementById(id);
}

export function element(tag, attributes = {}, ...children) {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (name.startsWith("on")) made.addEventListener(name.slice(2), value);
    else if (value === true) made.setAttribute(name, "");
    else if (value !== false && value !== undefined && value !== null) made.setAttribute(name, value);
  }
  made.append(...children.filter((one) => one !== null && one !== undefined));
  return made;
}

export function button(text, onclick, attributes = {}) {
  return element("button", { type: "button", onclick, ...attributes }, text);
}

export function say(text) {
  at("said").textContent = text;
}
