"""What the server keeps, and the work that it does behind its answers: keys, durable jobs, published footprints."""
