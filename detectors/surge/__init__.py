"""Does a series of counts run well above what its history predicts? See ``SurgeDetector`` and ``SurgeBank``."""

from detectors.surge.bank import Counts, SurgeBank
from detectors.surge.detector import SurgeDetector, SurgeReading
from detectors.surge.incidents import SurgeEvent

__all__ = ["Counts", "SurgeBank", "SurgeDetector", "SurgeEvent", "SurgeReading"]
