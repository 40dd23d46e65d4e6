"""Does a series of counts run well above what its history predicts? See ``SurgeDetector`` and ``SurgeBank``."""

from detectors.surge.bank import SurgeBank, compile_bank
from detectors.surge.calendar import Planned
from detectors.surge.detector import SurgeDetector, SurgeReading
from detectors.surge.incidents import SurgeEvent
from detectors.surge.outlook import Outlook
from detectors.surge.table import Counts

__all__ = ["Counts", "Outlook", "Planned", "SurgeBank", "SurgeDetector", "SurgeEvent", "SurgeReading", "compile_bank"]
