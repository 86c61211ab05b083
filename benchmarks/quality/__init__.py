"""How well detectors find anomalies, against peers on the same rows in the same run."""
