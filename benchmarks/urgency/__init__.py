"""How well urgency is judged: messages of our own in five languages, labelled by docs/urgency-guide.md."""
