"""What the others learn from: data, tokenizer, base."""
