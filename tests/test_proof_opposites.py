"""Claims that turn their line round are found; those that say it in other words are not."""

from __future__ import annotations

import pytest

from proof.opposites import turn

IAM = "- Access is denied by default, and an explicit deny always beats an allow."


@pytest.mark.parametrize(
    ("claim", "line"),
    [
        ("AWS IAM allows access by default, and an explicit deny always beats an allow.", IAM),
        ("An explicit allow always beats a deny.", IAM),
        ("Access is permitted by default.", IAM),
        ("Regularization increases overfitting.", "Regularization reduces overfitting"),
        ("It increases precision.", "Increases recall, decreases precision"),
        ("Lasso weights are sometimes zero.", "Lasso weights are always zero"),
        ("A high learning rate is slow.", "A high learning rate is fast"),
        ("Endpoint configurations are mutable.", "Endpoint configurations are immutable"),
        ("K-Means is supervised.", "K-Means is unsupervised"),
        ("The kernel is linear.", "The kernel is non-linear"),
        ("Glue reads unstructured data.", "Glue reads structured data"),
        ("The objects are encrypted.", "The objects are unencrypted"),
        ("A deep tree underfits the data.", "A deep tree overfits the data"),
        ("The data is shuffled after training.", "The data is shuffled before training"),
        ("The data is shuffled before training.", "Training comes before the data is shuffled"),
        ("FSx is slower than EFS.", "FSx is faster than EFS"),
        ("EFS is faster than FSx.", "FSx is faster than EFS"),
        ("S3 is not durable.", "S3 is durable but not cheap storage for tables"),
        ("Parquet does not support nested columns.", "Parquet supports nested columns, not rows"),
        ("The lookup of the cache is disabled.", "The lookup of the cache is enabled by default"),
        ("Mitosis makes different cells.", "Mitosis makes identical cells"),
        ("The treaty was rejected by the senate.", "The treaty was accepted by the senate"),
        ("Volcanic rocks are permeable.", "Volcanic rocks are impermeable"),
    ],
)
def test_the_opposite_is_against_its_line(claim: str, line: str) -> None:
    assert turn(claim, [line]) == "against"


@pytest.mark.parametrize(
    ("claim", "line"),
    [
        ("Access is denied by default in IAM.", IAM),
        ("An explicit deny beats an allow.", IAM),
        ("Access is not allowed by default.", IAM),
        ("An allow is always beaten by an explicit deny.", IAM),
        ("It increases recall.", "Increases recall, decreases precision"),
        ("It decreases precision.", "Increases recall, decreases precision"),
        ("Configurations cannot be changed: they are immutable.", "Configurations are immutable"),
        ("Configurations are not mutable.", "Configurations are immutable"),
        ("EFS is slower than FSx.", "FSx is faster than EFS"),
        ("Shuffling the data comes before training.", "Training comes after shuffling the data"),
        ("The model overfits.", "A model that overfits is too complex, one that underfits simple"),
        ("S3 is durable.", "S3 is durable but not cheap storage for tables"),
        ("It is not only fast.", "It is fast"),
        ("Public data may be imported.", "Public data is imported by hand"),
        ("The instance is informed.", "The form of the stance"),
        ("The true positive rate is recall.", "Recall: true positive rate, not false positives"),
        ("A larger batch trains faster.", "Larger batches train faster but need more memory"),
        (
            "Values are missing at random, missing not at random.",
            "Missing completely at random: the gap depends on nothing in the data",
        ),
        ("Something quite else.", "Access is denied by default"),
        ("", ""),
    ],
)
def test_other_words_for_the_same_are_not(claim: str, line: str) -> None:
    assert turn(claim, [line]) != "against"


def test_what_one_of_several_lines_says_is_not_against_them() -> None:
    lines = ["Writes are slow in the archive", "Reads are fast in the archive"]
    assert turn("Reads are fast in the archive.", lines) == "none"
    assert turn("Reads are slow in the archive.", lines) == "against"
