"""Money over time: discounting on floor 2, cash flow on floor 6."""
