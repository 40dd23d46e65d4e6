"""The command line: ``spillway``. See docs/commands.md."""
