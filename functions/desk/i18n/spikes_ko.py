"""The Korean catalogue of spikes of faults."""

PHRASES: dict[str, str] = {}
