"""Each caution, raised by what it is about and by nothing else."""

import re
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from anomaly.cautions.caution import TITLES, Caution, Gravity, merged
from anomaly.cautions.evidence import AtThreshold, Entities, Evidence, SampledColumn, ScoredPart
from anomaly.cautions.raised import cautions_from

DOCUMENT = Path(__file__).resolve().parents[2] / "docs" / "cautions.md"


def told(evidence):
    """The text of each caution by its code."""
    return {caution.code: caution.text for caution in cautions_from(evidence)}


def with_test(evidence, **fields):
    return replace(evidence, test=replace(evidence.test, **fields))


def moved(part, factor):
    """The part with scores that grow evenly, by so much from its first row to its last."""
    return replace(part, scores=part.scores * np.linspace(1, factor, len(part.scores)))


def at_test(evidence, **counts):
    figures = dict(evidence.at_threshold)
    figures["test"] = AtThreshold(**counts)
    return replace(evidence, at_threshold=figures)


def test_where_all_is_well_there_is_no_caution(sound):
    assert told(sound) == {}


def test_where_nothing_is_known_there_is_no_caution():
    assert told(Evidence()) == {}
    assert told(Evidence(test=ScoredPart(np.arange(100.0)))) == {}


# AN001


@pytest.mark.parametrize(
    ("positives", "words", "gravity"),
    [
        (0, "The test split holds no fraud, so nothing can be said", Gravity.HIGH),
        (1, "holds only 1 fraud: too few for intervals that hold", Gravity.HIGH),
        (29, "holds only 29 frauds: every figure about frauds is uncertain", Gravity.MEDIUM),
    ],
)
def test_few_positives(sound, positives, words, gravity):
    labels = np.zeros(4000, np.int8)
    labels[:positives] = 1
    [caution] = cautions_from(with_test(sound, labels=labels))
    assert (caution.code, caution.gravity) == ("AN001", gravity)
    assert words in caution.text


def test_thirty_positives_are_enough(sound):
    labels = (np.arange(4000) < 30).astype(np.int8)
    assert told(with_test(sound, labels=labels)) == {}


def test_both_parts_share_one_caution(sound):
    labels = (np.arange(4000) < 17).astype(np.int8)
    both = replace(
        with_test(sound, labels=labels), validation=replace(sound.validation, labels=labels)
    )
    assert told(both)["AN001"].startswith(
        "The validation split holds only 17 frauds and the test split holds only 17 frauds: every"
    )


# AN002


def test_few_rows_for_so_many_features(sound):
    found = told(replace(sound, normal_train_rows=299))
    assert "30 features from 299 normal rows" in found["AN002"]
    assert told(replace(sound, normal_train_rows=300)) == {}


# AN003


@pytest.mark.parametrize(
    ("name", "where", "days"),
    [("validation", "within validation", "4.2"), ("test", "over validation and test", "9.2")],
)
def test_scores_that_double(sound, name, where, days):
    found = told(replace(sound, **{name: moved(getattr(sound, name), 2.5)}))["AN003"]
    assert found.startswith(f"The scores of normal transactions rise {where}: their median goes")
    assert re.search(rf"from \d\.\d\d\d? to [12]\.\d\d over {days} days\.", found)


def test_scores_that_fall_from_validation_to_test(sound):
    found = told(with_test(sound, scores=sound.test.scores / 2))
    assert "fall over validation and test" in found["AN003"]
    assert "fewer alerts" in found["AN003"]


def test_a_drift_too_small_to_matter_is_none(sound):
    random = np.random.default_rng(0)
    scores, labels = np.exp(random.normal(size=200_000)), np.zeros(200_000, np.int8)
    labels[:100] = 1
    part = ScoredPart(scores * np.linspace(1, 1.1, 200_000), labels, np.arange(200_000.0))
    assert "AN003" not in told(replace(sound, test=part, validation=None, threshold=None))


def test_rows_that_are_alike_in_time_are_no_drift():
    """A cycle that comes five times moves the scores of each row, and nobody's threshold."""
    random = np.random.default_rng(0)
    moments = np.linspace(0, 5 * 86_400, 6000)
    scores = np.exp(random.normal(size=6000) + np.sin(2 * np.pi * moments / 86_400))
    assert told(Evidence(test=ScoredPart(scores, moments=moments))) == {}


def test_without_labels_all_rows_are_looked_at(sound):
    part = moved(replace(sound.test, labels=None), 3)
    assert told(Evidence(test=part))["AN003"].startswith("The scores of transactions rise")


def test_a_split_at_random_is_compared_without_times(sound):
    random = np.random.default_rng(0)
    validation, test = (ScoredPart(np.exp(random.normal(size=400))) for _ in range(2))
    evidence = Evidence(split_method="random", validation=validation, test=test)
    assert told(evidence) == {}
    higher = replace(evidence, test=replace(test, scores=1.6 * test.scores))
    assert "rise from validation to test: their median goes from" in told(higher)["AN003"]


def test_few_rows_show_no_drift(sound):
    few = ScoredPart(np.linspace(1, 9, 40), moments=np.arange(40.0))
    assert told(Evidence(test=few, split_method="time")) == {}


# AN004


def shifted(evidence, by, **fields):
    [amount] = evidence.columns
    return replace(
        evidence, columns=[replace(amount, values=amount.values + np.float32(by), **fields)]
    )


def test_a_feature_that_leaves_its_range(sound):
    found = told(shifted(sound, 4))
    assert re.search(r"amount \(1\d\.\d % outside -5\.00 to 5\.00\)", found["AN004"])


def test_a_feature_that_leaves_its_range_as_often_as_chance_has_it(sound):
    [amount] = sound.columns
    train = np.random.default_rng(9).normal(size=60)
    ends = (float(train.min()), float(train.max()))
    few = replace(amount, range_in_training=ends, rows_in_training=60)
    assert told(replace(sound, columns=[few])) == {}
    many = replace(few, rows_in_training=10_000)
    assert "AN004" in told(replace(sound, columns=[many]))


def test_a_column_whose_range_nobody_kept(sound):
    assert told(shifted(sound, 40, range_in_training=None)) == {}


# AN005


def of_one_card(evidence, share):
    """The evidence with so large a share of the alerts on test of the first card."""
    part = evidence.test
    alerts = np.flatnonzero(part.scores >= evidence.threshold)
    codes = part.entities["card"].codes.copy()
    codes[alerts[: int(share * len(alerts))]] = 0
    cards = Entities(codes, part.entities["card"].names)
    return with_test(evidence, entities={"card": cards})


def test_one_card_makes_most_of_the_alerts(sound):
    found = told(of_one_card(sound, 0.6))["AN005"]
    assert re.match(
        r"\d+ of the \d+ test alerts are of one card, card-0, which has \d+\.\d % of", found
    )
    assert told(of_one_card(sound, 0.4)) == {}


def test_nine_alerts_show_no_pattern(sound):
    threshold = np.sort(sound.test.scores)[-9]
    assert told(of_one_card(replace(sound, threshold=threshold), 1.0)) == {}


def test_a_card_with_many_rows_has_many_alerts(sound):
    codes = np.zeros(4000, np.int64)
    codes[:1500] = 1
    few = Entities(codes, ["a", "b"])
    assert told(with_test(sound, entities={"card": few})) == {}


def test_rows_that_name_no_card_are_not_one(sound):
    unnamed = Entities(np.full(4000, -1), [])
    assert told(with_test(sound, entities={"card": unnamed})) == {}


# AN006 to AN010


def test_a_split_at_random_of_rows_with_a_time(sound):
    assert "may be better than tomorrow's" in told(replace(sound, split_method="random"))["AN006"]
    untimed = replace(sound, split_method="random", knows_time=False)
    assert "AN006" not in told(untimed)
    assert "Train with --time opened" in told(replace(untimed, time_feature="opened"))["AN006"]


def test_a_training_that_was_stopped(sound):
    assert "stopped by hand after 3 epochs" in told(replace(sound, stopped_after=3))["AN007"]


@pytest.mark.parametrize(
    ("value", "rows", "code", "words"),
    [
        (np.nan, 1, "AN008", "1 transaction of the test split has no score and is left out"),
        (
            np.nan,
            3,
            "AN008",
            "3 transactions of the test split have no score and are left out",
        ),
        (np.inf, 1, "AN009", "1 score of the test split is infinite"),
        (-np.inf, 2, "AN009", "2 scores of the test split are infinite"),
    ],
)
def test_scores_that_are_no_numbers(sound, value, rows, code, words):
    scores = sound.test.scores.copy()
    scores[:rows] = value
    found = told(with_test(sound, scores=scores))
    assert list(found) == [code]
    assert words in found[code]


def test_scores_that_are_all_equal(sound):
    equal = replace(with_test(sound, scores=np.ones(4000)), validation=None)
    assert told(equal) == {
        "AN010": "All test scores are equal: they tell no transaction from another."
    }


# AN011 and AN012


def test_few_alerts(sound):
    found = told(at_test(sound, alerts=12, tp=8, fp=4, fn=10))
    assert "raises only 12 alerts: the precision there is uncertain" in found["AN011"]
    assert "AN011" not in told(at_test(sound, alerts=30, tp=18, fp=12, fn=10))
    assert "AN011" not in told(at_test(sound, alerts=12))


def test_more_promised_than_chance_explains(sound):
    promised = {**sound.at_threshold, "validation": AtThreshold(85, 50, 35, 10)}
    found = told(at_test(replace(sound, at_threshold=promised), alerts=85, tp=35, fp=50, fn=25))
    assert (
        "On validation the recall was 0.833, more than chance explains of the 0.583 on test"
        in found["AN012"]
    )


@pytest.mark.parametrize(
    ("promised", "found", "is_clear"),
    [((8, 11), (3, 11), False), ((1, 11), (1, 97), False), ((32, 40), (18, 40), True),
     ((18, 40), (32, 40), False), ((0, 0), (3, 11), False)],
)  # fmt: skip
def test_what_chance_explains_hangs_on_both_splits(promised, found, is_clear):
    figures = {
        name: AtThreshold(40, tp, 0, of - tp)
        for name, (tp, of) in {"validation": promised, "test": found}.items()
    }
    assert ("AN012" in told(Evidence(at_threshold=figures))) == is_clear


# AN013


def test_columns_that_go_missing(sound):
    [amount] = sound.columns
    gone = replace(amount, missing=1.0)
    assert told(replace(sound, columns=[gone])) == {
        "AN013": "Values are missing as they were not in training: amount (100 % held out, 10.0 % in "
        "training). That alone moves scores; look at where these columns come from."
    }


def test_of_many_columns_five_are_named():
    gone = [SampledColumn(f"c{number}", 1.0, 100, 0.0) for number in range(7)]
    found = told(Evidence(columns=gone))["AN013"]
    assert "c4 (100 % held out, 0 % in training) and 2 more" in found


# All of them


def test_the_gravest_come_first():
    order = [
        ("AN007", Gravity.LOW),
        ("AN002", Gravity.MEDIUM),
        ("AN006", Gravity.HIGH),
        ("AN003", Gravity.HIGH),
    ]
    found = merged(Caution(code, "", gravity) for code, gravity in order)
    assert [caution.code for caution in found] == ["AN003", "AN006", "AN002", "AN007"]


def test_every_code_has_its_section():
    sections = re.findall(r"^## (AN\d+) (.*)", DOCUMENT.read_text(encoding="utf-8"), re.MULTILINE)
    assert [(code, title[0].lower() + title[1:]) for code, title in sections] == list(
        TITLES.items()
    )


# AN014 and AN015


def test_columns_that_give_the_label_away_are_named():
    found = told(Evidence(leaks={"chargeback": "has an ROC AUC of 1.000 by itself"}))
    assert found["AN014"].startswith(
        "These columns give the label away: 'chargeback' has an ROC AUC of 1.000 by itself."
    )


@pytest.mark.parametrize(("seconds", "is_told"), [(1_800, True), (172_800, False), (3e9, True)])
def test_a_time_that_spans_too_little_or_too_much_may_count_another_unit(seconds, is_told):
    found = told(Evidence(n_rows=600, seconds_spanned=seconds))
    assert ("AN015" in found) == is_told
    assert "AN015" not in told(Evidence(n_rows=600))
