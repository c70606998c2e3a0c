"""What term a line begins with, and what it says of it."""

from __future__ import annotations

import pytest

from quiz.concepts.terms import Term, name_words, read_term, stands_for


@pytest.mark.parametrize(
    ("line", "term"),
    [
        # headings
        ("Random Cut Forest", Term("Random Cut Forest")),
        ("## Mother sauces", Term("Mother sauces")),
        ("\t\t• Golgi apparatus:", Term("Golgi apparatus")),
        ("What is it for?", Term("What is it for?")),
        # Term - definition
        ("- Mitosis - Yields two cells", Term("Mitosis", "Yields two cells")),
        ("Polly – text to speech", Term("Polly", "text to speech")),
        ("GitHub — hosts code", Term("GitHub", "hosts code")),
        ("SMOTE -- use knn", Term("SMOTE", "use knn")),
        ("SVM -statistical approach", Term("SVM", "statistical approach")),
        ("Glue\t- moves tables", Term("Glue", "moves tables")),
        ("K-Means - finds k-many groups", Term("K-Means", "finds k-many groups")),
        ("Ray - new - for ML", Term("Ray", "new - for ML")),
        # Term: definition
        ("* Roux: flour and fat", Term("Roux", "flour and fat")),
        ("Recall = TP / (TP + FN)", Term("Recall", "TP / (TP + FN)")),
        ("EMRFS ===> prefix s3", Term("EMRFS", "prefix s3")),
        ("Input -> CSV", Term("Input", "CSV")),
        # numbering
        ("3. Boosting: one tree after the other", Term("Boosting", "one tree after the other")),
        ("(b) Bagging - many trees", Term("Bagging", "many trees")),
        ("2.1 Stocks: bones and water", Term("Stocks", "bones and water")),
        ("4.2.Boosting", Term("Boosting")),
        ("2.5GB - of memory", Term("2.5GB", "of memory")),
        # brackets, abbreviations and long forms
        ("Golgi (apparatus) - packs", Term("Golgi", "packs")),
        ("KNN (K-Nearest Neighbour)", Term("KNN", "", ("K-Nearest Neighbour",))),
        (
            "Endoplasmic Reticulum (ER): a net",
            Term("Endoplasmic Reticulum", "a net", ("ER",)),
        ),
        (
            "PCA - Principal Component Analysis",
            Term("PCA", "", ("Principal Component Analysis",)),
        ),
        (
            "AUC - Area Under the Curve - a measure",
            Term("AUC", "a measure", ("Area Under the Curve",)),
        ),
        (
            "XGBoost - eXtreme Gradient Boosting",
            Term("XGBoost", "eXtreme Gradient Boosting"),  # XGB: the rest of the name is a word
        ),
        ("Deoxyribonucleic Acid (DNA)", Term("Deoxyribonucleic Acid", "", ("DNA",))),
        ("EFS (new)", Term("EFS")),
        # marks that names have
        ("A* search - finds the shortest way", Term("A* search", "finds the shortest way")),
        ("DeepAR+ - a forecaster", Term("DeepAR+", "a forecaster")),
        ("CI/CD - builds and ships", Term("CI/CD", "builds and ships")),
        ("Train / test split - two parts", Term("Train / test split", "two parts")),
        ("Amazon S3 (GA)", Term("Amazon S3")),
    ],
)
def test_a_line_begins_with_a_term(line: str, term: Term) -> None:
    assert read_term(line) == term


@pytest.mark.parametrize(
    "line",
    [
        "",
        "---",
        "2024 - 12",
        "https://example.org/page - a page",
        "www.example.org: a page",
        r"C:\Users\me - my folder",
        "A very long line that says something - and goes on",
        "Store -> Agent -> Internet -> Bucket",
        "123: 456",
        # a formula that was cut is no name
        "q * (y - prediction) if y is above the prediction, else (1 - q) * (prediction - y)",
        "sum(|y - prediction|) / n",
        "sqrt(sum((y - prediction)^2) / n)",
        "100 / n * sum(|y - prediction| / |y|)",
        "-(1 / n) * sum(y * log(p) + (1 - y) * log(1 - p))",
        "Q(s, a) = Q(s, a) + alpha",
        "P(A|B): a chance",
        "x / y - a share",
    ],
)
def test_a_line_without_a_term(line: str) -> None:
    assert read_term(line) is None


@pytest.mark.parametrize(
    ("name", "other", "same"),
    [
        ("RCF", "Random Cut Forest", True),
        ("Random Cut Forest", "RCF", True),
        ("AUC", "Area Under the Curve", True),
        ("XGB", "eXtreme Gradient Boosting", True),
        ("K-NN", "K-Nearest Neighbour", True),
        ("TF-IDF", "Term Frequency - Inverse Document Frequency", True),
        ("RCF", "Random Forest", False),
        ("Glue", "Google", False),
        ("S3", "Simple Storage", False),
        ("a b", "Alpha Beta", False),
    ],
)
def test_abbreviations(name: str, other: str, same: bool) -> None:
    assert stands_for(name, other) is same


def test_a_plus_makes_another_name() -> None:
    assert name_words("DeepAR+") != name_words("DeepAR") == name_words(" deepar ")
    assert name_words("C#") != name_words("C++") != name_words("C")
