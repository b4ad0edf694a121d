"""Money over time: discounting on floor 2, loans and returns just above it, cash flow on floor 6."""
