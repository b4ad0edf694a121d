// The form of a site, from the tree of what can be filled in and a site's plain values; it changes the values in place.
import { button, element, word } from "./dom.js";
import { sentence } from "./server.js";

const EMPTY = { group: () => ({}), map: () => ({}), list: () => [], figure: () => "", text: () => "", number: () => null, switch: () => false };

function nameOf(key) {
  return String(key).replaceAll("_", " ");
}

function placeOf(path) {
  return path.join(".");
}

function idOf(path) {
  return `at-${path.join("-").replace(/[^\w-]/g, "_")}`;
}

export class Form {
  constructor(root, nodes, changed) {
    this.root = root;
    this.nodes = nodes;
    this.changed = changed;
    this.site = {};
  }

  show(site) {
    this.site = site;
    this.root.replaceChildren(...this.fields(this.nodes, site, []));
  }

  fields(nodes, value, path) {
    const shown = nodes.filter((node) => node.key in value || node.required || path.length === 0 && node.kind === "group" && !node.late);
    const made = shown.filter((node) => node.key in value || node.required).map((node) => this.field(node, value, node.key, [...path, node.key]));
    const others = nodes.filter((node) => !(node.key in value) && !node.required);
    if (others.length) made.push(this.adder(others, value, path));
    return made;
  }

  adder(nodes, value, path) {
    const id = `${idOf(path)}-add`;
    const select = element("select", { id }, ...nodes.map((node) => element("option", { value: node.key }, nameOf(node.key) + (node.help ? `: ${node.help}` : ""))));
    const add = () => {
      const node = nodes.find((one) => one.key === select.value);
      value[node.key] = node.kind === "choice" ? node.choices[0] : EMPTY[node.kind]();
      this.again([...path, node.key]);
    };
    const label = path.length ? `${word("add")}: ${nameOf(path[path.length - 1])}` : word("add");
    return element("p", { class: "adder" }, element("label", { for: id }, label), " ", select, " ", button(word("add_one"), add));
  }

  field(node, holder, key, path) {
    const value = holder[key];
    if (node.kind === "group") return this.group(node, holder, key, path, () => this.fields(node.fields, value ?? (holder[key] = {}), path));
    if (node.kind === "list") return this.group(node, holder, key, path, () => this.many(node, value ?? (holder[key] = []), path));
    if (node.kind === "map") return this.group(node, holder, key, path, () => this.named(node, value ?? (holder[key] = {}), path));
    return this.leaf(node, holder, key, path);
  }

  group(node, holder, key, path, parts) {
    const name = typeof key === "number" ? `${key + 1}` : nameOf(key);
    const legend = element("legend", {}, name);
    const help = node.help ? element("p", { class: "help" }, node.help) : null;
    const remove = node.required ? null : this.remover(holder, key, path, name);
    return element("fieldset", { id: idOf(path), tabindex: "-1", "data-place": placeOf(path) }, legend, help, ...parts(), remove, this.trouble(path));
  }

  remover(holder, key, path, name) {
    const gone = () => {
      if (Array.isArray(holder)) holder.splice(key, 1);
      else delete holder[key];
      this.again(path.slice(0, -1));
    };
    return button(word("remove", { name }), gone, { class: "quiet" });
  }

  many(node, values, path) {
    const made = values.map((_value, number) => this.field({ ...node.item, key: number }, values, number, [...path, number]));
    const add = () => {
      values.push(node.item.kind === "choice" ? node.item.choices[0] : EMPTY[node.item.kind]());
      this.again([...path, values.length - 1]);
    };
    return [...made, button(word("another", { name: nameOf(path[path.length - 1]) }), add)];
  }

  named(node, values, path) {
    const made = Object.keys(values).map((name) => this.field({ ...node.item, key: name }, values, name, [...path, name]));
    const id = `${idOf(path)}-name`;
    const input = element("input", { id, maxlength: 60 });
    const add = () => {
      const name = input.value.trim();
      if (!name || name in values) return input.focus();
      values[name] = EMPTY[node.item.kind]();
      this.again([...path, name]);
    };
    const label = element("label", { for: id }, word("name_of", { name: nameOf(path[path.length - 1]) }));
    return [...made, element("p", { class: "adder" }, label, " ", input, " ", button(word("add_one"), add))];
  }

  leaf(node, holder, key, path) {
    const id = idOf(path);
    const described = [node.help ? `${id}-help` : "", `${id}-wrong`].filter(Boolean).join(" ");
    const label = element("label", { for: id }, typeof key === "number" ? `${key + 1}` : nameOf(key));
    const control = this.control(node, holder, key, { id, "aria-describedby": described });
    const help = node.help ? element("small", { id: `${id}-help`, class: "help" }, node.help) : null;
    const remove = node.required ? null : this.remover(holder, key, path, nameOf(key));
    const sure = node.kind === "figure" ? this.sure(holder, key, id) : null;
    return element("div", { class: "field", "data-place": placeOf(path) }, label, control, remove, help, sure, this.trouble(path));
  }

  control(node, holder, key, attributes) {
    const set = (value) => {
      holder[key] = value;
      this.changed();
    };
    if (node.kind === "choice" || node.kind === "switch") {
      const choices = node.kind === "switch" ? [[true, word("yes")], [false, word("no")]] : node.choices.map((one) => [one, nameOf(one)]);
      const options = choices.map(([value, text], number) => element("option", { value: number, selected: value === holder[key] }, text));
      return element("select", { ...attributes, onchange: (event) => set(choices[Number(event.target.value)][0]) }, ...options);
    }
    if (node.kind === "figure") {
      const given = holder[key];
      const text = given !== null && typeof given === "object" ? [given.value, given.unit].filter((one) => one !== undefined).join(" ") : given;
      const write = (event) => {
        if (holder[key] !== null && typeof holder[key] === "object") {
          delete holder[key].unit;
          holder[key].value = event.target.value;
          this.changed();
        } else set(event.target.value);
      };
      return element("input", { ...attributes, value: text ?? "", placeholder: node.example, autocomplete: "off", dir: "auto", oninput: write });
    }
    if (node.kind === "number") {
      const read = (event) => {
        const text = event.target.value.trim();
        set(text !== "" && Number.isFinite(Number(text)) ? Number(text) : text);
      };
      return element("input", { ...attributes, value: holder[key] ?? "", inputmode: "decimal", autocomplete: "off", oninput: read });
    }
    return element("input", { ...attributes, value: holder[key] ?? "", placeholder: node.example, autocomplete: "off", dir: "auto", oninput: (event) => set(event.target.value) });
  }

  sure(holder, key, id) {
    const given = holder[key] !== null && typeof holder[key] === "object" ? holder[key] : {};
    const write = (name) => (event) => {
      const now = holder[key] !== null && typeof holder[key] === "object" ? holder[key] : { value: holder[key] };
      if (event.target.value) now[name] = event.target.value;
      else delete now[name];
      holder[key] = Object.keys(now).every((one) => one === "value") ? now.value : now;
      this.changed();
    };
    const line = (name, control) => element("p", {}, element("label", { for: `${id}-${name}` }, word(name)), " ", control);
    const basis = ["", "measured", "sourced", "assumed"].map((one) => element("option", { value: one, selected: one === (given.basis ?? "") }, word(one || "not_stated")));
    const text = (name) => element("input", { id: `${id}-${name}`, value: given[name] ?? "", autocomplete: "off", dir: "auto", oninput: write(name) });
    return element("details", { open: Object.keys(given).length > 1 }, element("summary", {}, word("sure")), line("range", text("range")),
      line("basis", element("select", { id: `${id}-basis`, onchange: write("basis") }, ...basis)), line("source", text("source")));
  }

  trouble(path) {
    return element("p", { id: `${idOf(path)}-wrong`, class: "wrong", "data-trouble": placeOf(path), hidden: true });
  }

  again(path) {
    this.show(this.site);
    this.changed();
    const target = this.root.ownerDocument.getElementById(idOf(path));
    if (target) target.focus();
  }

  // Sets each problem beside its field, or beside the nearest part that is shown; returns where each stands.
  mark(problems) {
    for (const one of this.root.querySelectorAll("[data-trouble]")) {
      one.hidden = true;
      one.textContent = "";
    }
    for (const one of this.root.querySelectorAll("[aria-invalid]")) one.removeAttribute("aria-invalid");
    return problems.map((problem) => {
      const path = problem.where.split(".").filter(Boolean);
      for (let length = path.length; length > 0; length -= 1) {
        const place = path.slice(0, length).join(".");
        const shown = [...this.root.querySelectorAll("[data-trouble]")].find((one) => one.dataset.trouble === place);
        if (shown === undefined) continue;
        const rest = path.slice(length).join(".");
        shown.textContent += `${shown.textContent ? " · " : ""}${rest ? `${rest} ` : ""}${sentence(problem)}`;
        shown.hidden = false;
        const id = shown.id.replace(/-wrong$/, "");
        this.root.ownerDocument.getElementById(id)?.setAttribute("aria-invalid", "true");
        return id;
      }
      return null;
    });
  }
}
