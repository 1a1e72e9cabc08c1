"""The English catalogue of spikes of faults."""

PHRASES: dict[str, str] = {}
