"""Networks and engines behind the core's protocols.  No Qt."""
