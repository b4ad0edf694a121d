"""Site to model to solution to plan; each room is imported where it is needed, because importing pyomo costs 0.5 s."""
