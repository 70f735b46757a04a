"""For each live figure, settings that reach its goal."""

REACHES = {
    "EdgeOfStability": {"lr": 6.0, "momentum": 0.5},
    "RangeTest": {"momentum": "0.9", "growth": 1.3, "divide": 16.0},
    "AdamFamily": {"scale": 1e-8},
    "AdaptiveRates": {"angle": 45.0, "lr": 1.0},
    "ClassificationLosses": {"start": -4.0},
    "Clinic": {"patient": "10", "tests": ["lr / 10"], "cause": "renamed argument"}
    | {"change": "the argument's right name"},
    "Conditioning": {"lr": 1.9},
    "Decay": {"lr": 3.0, "decay": 0.1},
    "FirstRace": {"winner": "the plain line"},
    "GradientCheck": {"h": 6e-6},
    "LearningRate": {"lr": 1.0},
    "Matrices": {"optimizer": "muon", "ratio": 0.25, "ns_steps": 8, "lr": 0.07},
    "Momentum": {"momentum": 0.95},
    "Nesterov": {"lr": 2.0, "momentum": 0.4},
    "Noise": {"lr": 0.03, "batch_size": 16},
    "Race": {"course": "beale"},
    "RegressionLosses": {"outlier": 5.0},
    "StabilityMap": {"condition": 100.0, "lr": 3.3, "momentum": 0.67},
    "Trajectory": {"lr": 2.0, "momentum": 0.5},
    "WeightDecay": {"idle": 100.0, "l2": 10.0, "weight_decay": 0.1},
    "WarmUp": {"lr": 1.2, "until": 200},
}
