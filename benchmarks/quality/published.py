"""Average precision in percent that Livernoche et al. (ICLR 2024) publish for protocol B."""

SOURCE = "Livernoche et al., 'On Diffusion Modeling for Anomaly Detection', ICLR 2024"
BEST = "DDPM"
AVERAGE_PRECISION = {
    "DDPM": 69.2,
    "FeatureBagging": 63.1,
    "PlanarFlow": 62.8,
    "DTE-C": 62.1,
    "MCD": 60.1,
    "LOF": 55.1,
    "ICL": 53.9,
    "DTE-NP": 42.1,
    "kNN": 38.7,
    "VAE": 28.7,
    "isolation forest": 18.2,
}
