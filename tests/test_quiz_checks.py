"""The cheap checks: good items that pass them all, and bad ones beside the check that fails."""

from __future__ import annotations

from dataclasses import replace

import pytest

from core.practice import Item, Option
from core.types import Citation
from quiz.checks.run import CHECKS, run_checks
from tests.practice_items import BookOfFacts, cite, gap, item, option, true_false

FORECAST = "A utility wants to predict the load of hundreds of related meters together"
SERVICES = ("Amazon Comprehend", "Amazon Translate", "Amazon Polly", "Amazon Lex")
SPEECH = item(
    "scenario",
    "Amazon Transcribe",
    "A call centre wants minutes of its recorded conversations, with the name of each speaker. "
    "Which service fits?",
    ("Amazon Transcribe", "Amazon Translate", "Amazon Polly", "Amazon Lex"),
)
SERIES = item(
    "scenario",
    "DeepAR",
    f"{FORECAST}, with a single model. Which algorithm should it choose?",
    ("DeepAR", "XGBoost", "K-Means", "Object2Vec"),
)
DEEPAR = item(
    "property",
    "DeepAR",
    "Which of these is true of DeepAR?",
    (
        "Uses recurrent neural networks",
        "Learns embeddings of pairs of objects",
        "Classifies sentences and learns vectors",
        "Groups rows into clusters without labels",
    ),
)
MITOSIS = item(
    "two",
    "Mitosis",
    "Which TWO of these are true of mitosis?",
    (
        "Yields two identical daughter cells",
        "Yields four different daughter cells",
        "Halves the number of chromosomes",
        "Happens in body cells for growth",
        "Builds proteins from amino acids",
    ),
    (0, 3),
)
ORGANELLE = item(
    "scenario",
    "Mitochondrion",
    "A muscle cell runs short of fuel although sugar and oxygen are plenty. Which part fails?",
    ("Mitochondrion", "Ribosome", "Chloroplast", "Nucleus"),
)
BREW = item(
    "variant",
    "French press",
    "A guest likes a heavy body, and the host owns a kettle, coarse grounds, a jug with a metal "
    "mesh, and four minutes. Which method fits?",
    ("French press", "Espresso", "Pour over"),
    variant_of="bank-7",
)
MEIOSIS_FALSE = true_false("Meiosis", "Meiosis keeps the number of chromosomes.", holds=False)
SCORES = gap(
    "Random Cut Forest", "Random Cut Forest assigns an ____ to each data point.", "anomaly score"
)
RETENTION = item(
    "variant",
    "Kinesis Data Streams",
    "A game studio replays the events of the last 3 days. "
    + "It has many players in many countries. " * 18
    + "Which TWO steps make this possible? (Select TWO.)",
    (
        option("Raise the retention of the stream", "Kinesis Data Streams"),
        option("Read again from an older position", "Kinesis Data Streams"),
        "Merge the shards of the stream",
        "Delete the consumers of the stream",
        "Compress the records of the stream",
    ),
    (0, 1),
    origin="notes",
)
UNHEARD = item(
    "scenario",
    "Amazon Polly",
    "Which service reads out words (in any language, S3) it hasn't seen before?",
    ("Amazon Polly", "Amazon Lex", "Amazon Transcribe", "Amazon Comprehend"),
)

GOOD = [
    SPEECH,
    SERIES,
    DEEPAR,
    MITOSIS,
    ORGANELLE,
    BREW,
    MEIOSIS_FALSE,
    SCORES,
    # names that differ in a letter or a digit are different names
    item(
        "scenario",
        "L1 regularization",
        "A model has far too many inputs, and weights of useless ones should become zero. "
        "Which technique does that?",
        ("L1 regularization", "L2 regularization", "Dropout layers", "Early stopping"),
    ),
    # one holds the other, and neither is the key
    item(
        "scenario",
        "K-Means",
        "A shop wants to find groups of customers in rows that nobody labelled. What fits best?",
        ("K-Means", "SageMaker", "SageMaker Neo", "XGBoost"),
    ),
    # order carries the meaning
    item(
        "property",
        "Amazon Transcribe",
        "Which of these is true of Amazon Transcribe?",
        (
            "Converts speech to text",
            "Converts text to speech",
            "Finds entities in written reviews",
            "Builds chatbots with intents",
        ),
    ),
    # formulas that differ in a letter
    item(
        "property",
        "Precision",
        "Which of these formulas gives precision?",
        ("TP / (TP + FP)", "TP / (TP + FN)", "TN / (TN + FP)", "FP / (TP + FP)"),
    ),
    # opposites by one word
    item(
        "property",
        "L2 regularization",
        "Which of these is true of L2 regularization?",
        (
            "Shrinks all the weights of a model",
            "Raises all the weights of a model",
            "Freezes all the weights of a model",
            "Randomises the weights of a model",
        ),
    ),
    # a negative question, marked: the distractors are true, the key is not
    item(
        "property",
        "Mitosis",
        "Which of these is NOT true of mitosis?",
        (
            option("Halves the number of chromosomes", "Meiosis"),
            "Keeps the number of chromosomes",
            "Yields two identical daughter cells",
            "Happens in body cells for growth and repair",
        ),
    ),
    # the question of a heading, facts as the notes have them: two words or nine
    item(
        "property",
        "Random Cut Forest",
        "What is Random Cut Forest for?",
        (
            "Scores of anomalies in a stream",
            "Chatbots",
            "Other languages",
            option("Reduces the dimension but keeps most of the variance of data", "K-Means"),
        ),
    ),
    # a fact has another form of the one word of a distractor: that proves nothing
    item(
        "property",
        "Object2Vec",
        "Which of these is true of Object2Vec?",
        ("Learns embeddings", "Can be used to tokenize", "Boosts decision trees", "Draws a line"),
    ),
    # an exam's table stands behind its question, and an exam sets tasks
    replace(SPEECH, origin="notes", stem=f"{SPEECH.stem} | calls | minutes | 90 | 45"),
    replace(
        MITOSIS, origin="notes", stem="A cell divides. Identify two facts of this. (SELECT TWO)"
    ),
    # denials behind the question: in a quote, or of what somebody has not done
    UNHEARD,
    replace(UNHEARD, stem="Which of these is described here: “Don’t hire any reader”?"),
    # a clause that says no is no negative question
    item(
        "scenario",
        "Amazon Polly",
        "Which service fits a museum that does not want to record its guides for each new voice?",
        ("Amazon Polly", "Amazon Translate", "Amazon Transcribe", "Amazon Lex"),
    ),
    # "the text" is what the service works on
    item(
        "scenario",
        "Amazon Comprehend",
        "A hotel wants to find places and moods in the text of its guests' letters. What fits?",
        ("Amazon Comprehend", "Amazon Polly", "Amazon Transcribe", "Amazon Lex"),
    ),
    # an author's question, whose "not" is small
    replace(SPEECH, origin="notes", stem="Which service can not speak what a caller has written?"),
    # an exam question of the notes, with its instruction behind it, and a long story
    RETENTION,
    item(
        "property",
        "Kinesis Data Streams",
        "How long does Kinesis Data Streams keep records unless told otherwise?",
        ("24 hours", "12 hours", "48 hours", "96 hours"),
    ),
    gap("Kinesis Data Streams", "Kinesis Data Streams keeps records for at most ____.", "365 days"),
    true_false("Espresso", "Espresso forces hot water through fine grounds at nine bars."),
]


def options(base: Item, *texts: str, key: tuple[int, ...] | None = None) -> Item:
    """The same item with other words on its options; rationales stay."""
    made = tuple(replace(o, text=t) for o, t in zip(base.options, texts, strict=True))
    return replace(base, options=made, key=base.key if key is None else key)


def asks(stem: str, base: Item = SPEECH) -> Item:
    return replace(base, stem=stem)


def proofs(base: Item, place: int, *citations: Citation, rationale: str = "So it is.") -> Item:
    changed = replace(base.options[place], rationale=rationale, citations=citations)
    return replace(base, options=(*base.options[:place], changed, *base.options[place + 1 :]))


def line(number: int, quote: str, note: str = "notes.txt", last: int = 0) -> Citation:
    return Citation(1, note, number, last or number, quote)


BAD: list[tuple[str, Item]] = [
    ("schema", replace(SPEECH, id=" ")),
    ("schema", replace(SPEECH, stem="")),
    ("schema", replace(SPEECH, facts=())),
    ("schema", replace(SPEECH, citations=())),
    ("schema", replace(SPEECH, key=(4,))),
    ("schema", replace(SPEECH, key=(-1,))),
    ("schema", replace(SPEECH, options=SPEECH.options[:2])),
    ("schema", replace(SPEECH, options=(*SPEECH.options, Option("Amazon Kendra")))),
    ("schema", replace(MITOSIS, options=MITOSIS.options[:4])),
    ("schema", options(SPEECH, "Amazon Transcribe", "", "Amazon Polly", "Amazon Lex")),
    ("schema", options(MEIOSIS_FALSE, "Yes", "No")),
    ("schema", replace(SCORES, accepted=())),
    ("schema", replace(SCORES, options=(Option("anomaly score"),), key=(0,))),
    # one key
    ("one_key", replace(SPEECH, key=())),
    ("one_key", replace(SPEECH, key=(0, 2))),
    ("one_key", replace(MITOSIS, key=(3,))),
    ("one_key", replace(MITOSIS, key=(0, 0))),
    ("one_key", replace(MITOSIS, stem="Which of these are true of mitosis?")),
    ("one_key", replace(MEIOSIS_FALSE, key=(0, 1))),
    ("one_key", replace(RETENTION, key=(0,))),
    ("one_key", asks("Which TWO of these are true of DeepAR?", DEEPAR)),
    # it asks
    ("is_question", asks("A call centre wants minutes of its recorded conversations.")),
    ("is_question", asks("Which service? It is one of those that a call centre needs.")),
    ("is_question", replace(SPEECH, origin="model", stem="Which service transcribes calls?")),
    ("is_question", asks("A caller speaks, and a machine should write. " * 14 + "Which fits?")),
    (
        "is_question",
        asks("A caller speaks, and a clerk writes. " * 30 + "Which TWO fit?", RETENTION),
    ),
    ("is_question", asks("Random Cut Forest assigns which value to each point?", SCORES)),
    ("is_question", asks("A ____ gives each data point an ____ in a stream.", SCORES)),
    ("is_question", asks("Meiosis keeps the number of all chromosomes.", MEIOSIS_FALSE)),
    # whole
    ("whole_text", asks("**A call centre** wants minutes of its calls. Which service fits?")),
    ("whole_text", asks("Question: which service writes the minutes of recorded calls?")),
    ("whole_text", asks("A call centre wants minutes (with speakers. Which service fits?")),
    ("whole_text", asks('A clerk asks for "minutes with names. Which service fits best?')),
    ("whole_text", asks("A call centre wants minutes of its conv… Which service fits best?")),
    ("whole_text", asks("A centre wants minutes. Which fits? A) Polly B) Lex C) Textract?")),
    ("whole_text", asks("A call centre wants minutes.<br>Which service fits its needs best?")),
    (
        "whole_text",
        options(SPEECH, "Amazon Transcribe", "Amazon `Polly`", "Amazon Kendra", "Amazon Lex"),
    ),
    (
        "whole_text",
        options(
            DEEPAR,
            "Uses recurrent neural networks",
            "Learns embeddings of pairs, and…",
            "Classifies sentences and learns vectors",
            "Groups rows into clusters without labels",
        ),
    ),
    # alone
    ("stands_alone", asks("Which service do the notes call best for recorded conversations?")),
    ("stands_alone", asks("According to the text, which service writes minutes of calls?")),
    ("stands_alone", asks("Which service described in the passage writes minutes of calls?")),
    ("stands_alone", asks("Which of the services mentioned above writes minutes of calls?")),
    ("stands_alone", asks("Given the following evidence, which service writes the minutes?")),
    ("stands_alone", asks("As described, a clerk wants minutes of calls. Which service fits?")),
    ("stands_alone", asks("A call centre wants minutes of its calls [1]. Which service fits?")),
    ("stands_alone", asks("Which service is stated in the lines as one for recorded calls?")),
    ("stands_alone", asks("True or false: in your notes, meiosis halves cells.", MEIOSIS_FALSE)),
    # a negation is marked
    ("negation_marked", asks("Which of these is not true of DeepAR, as a rule?", DEEPAR)),
    ("negation_marked", asks("Which service can't write the minutes of recorded calls?")),
    ("negation_marked", asks("Which service does not write the minutes of recorded calls?")),
    ("negation_marked", asks("All of these are true of DeepAR except which one?", DEEPAR)),
    ("negation_marked", asks("A caller speaks. Which service cannot write down the call?")),
    # none is about the others
    *(
        (
            "no_all_of_above",
            options(SPEECH, "Amazon Transcribe", "Amazon Polly", "Amazon Lex", text),
        )
        for text in (
            "All of the above",
            "None of the above.",
            "none of these",
            "Both A and B",
            "A and C",
            "A, B and C",
            "Options A or D",
            "Neither of them",
            "All of these options are correct",
        )
    ),
    # distinct
    (
        "distinct",
        options(SPEECH, "Amazon Transcribe", "Amazon Polly", "amazon  polly.", "Amazon Lex"),
    ),
    (
        "distinct",
        options(SPEECH, "Amazon Transcribe", "The data lakes", "Data lake", "Amazon Lex"),
    ),
    (
        "distinct",
        options(SPEECH, "SageMaker", "SageMaker Neo", "Amazon Polly", "Amazon Lex"),
    ),
    (
        "distinct",
        options(SPEECH, "Amazon Lex", "PCA", "Principal Component Analysis", "Amazon Polly"),
    ),
    (
        "distinct",
        options(
            DEEPAR,
            "Uses recurrent neural networks",
            "Groups similar rows into clusters without labels",
            "Groups similar rows into cluster without labels",
            "Learns embeddings of pairs of objects",
        ),
    ),
    (
        "distinct",
        options(
            DEEPAR,
            "Uses recurrent neural networks",
            "Sugar, light and water",
            "Light, water and sugar",
            "Learns embeddings of pairs of objects",
        ),
    ),
    # one shape
    (
        "one_shape",
        options(
            DEEPAR,
            "Trains one model over many related series",
            "Learns pair embeddings",
            "Classifies sentences",
            "Groups rows",
        ),
    ),
    (
        "one_shape",
        options(
            SPEECH, "Amazon Transcribe", "A service for the entities of reviews", "Lex", "Polly"
        ),
    ),
    (
        "one_shape",
        options(
            MITOSIS,
            "Yields two identical daughter cells",
            "Yields different cells",
            "Halves its chromosomes",
            "Happens in body cells during growth",
            "Builds proteins",
        ),
    ),
    (
        "one_shape",
        options(
            DEEPAR,
            "Uses recurrent neural networks.",
            "Learns embeddings of pairs of objects",
            "Classifies sentences and learns vectors",
            "Groups rows into clusters without labels",
        ),
    ),
    (
        "one_shape",
        options(
            DEEPAR,
            "Uses recurrent neural networks that were trained over several related time series",
            "Learns embeddings of pairs of objects",
            "Classifies sentences and learns vectors",
            "Groups rows into clusters without labels",
        ),
    ),
    (
        "one_shape",
        options(
            DEEPAR,
            "Uses a context of at most 400 steps",
            "Learns embeddings of pairs of objects",
            "Classifies sentences and learns vectors",
            "Groups rows into clusters without labels",
        ),
    ),
    (
        "one_shape",
        options(
            DEEPAR,
            "Uses recurrent networks (RNNs)",
            "Learns embeddings of pairs of objects",
            "Classifies sentences and learns vectors",
            "Groups rows into clusters without labels",
        ),
    ),
    (
        "one_shape",
        options(
            DEEPAR,
            "Main use: forecasts of demand",
            "Learns embeddings of pairs of objects",
            "Classifies sentences and learns vectors",
            "Groups rows into clusters without labels",
        ),
    ),
    (
        "one_shape",
        options(
            MITOSIS,
            "Yield: two identical daughter cells",
            "Yield: four different cells",
            "Yield: half the chromosomes",
            "Place: body cells during growth",
            "Yield: energy from sugar",
        ),
    ),
    (
        "one_shape",
        options(SPEECH, "Amazon SageMaker Ground Truth", "AWS Glue", "Amazon Lex", "Athena"),
    ),
    # the stem gives nothing away
    ("no_leak", asks("Should a call centre use Amazon Transcribe or another service for this?")),
    ("no_leak", asks("A clerk likes deep AR models for sales. Which one of these fits?", SERIES)),
    ("distinct", options(SERIES, "KMeans", "XGBoost", "K-means clustering", "Object2Vec")),
    ("no_leak", asks("Amazon Polly reads out answers. Which service writes down what was said?")),
    (
        "no_leak",
        asks(
            "A clerk wants a recorder of all conversations. Which one fits?",
            options(SPEECH, "CallRecorder", "Loudspeaker", "Headset", "Typewriter"),
        ),
    ),
    (
        "no_leak",
        asks(
            "A clerk wants to standardize what is written of talks. Which one fits?",
            options(SPEECH, "Standardization", "Normalization", "Scaling", "Binning"),
        ),
    ),
    ("no_leak", asks("A clerk wants a transcription of recorded conversations. Which one fits?")),
    (
        "no_leak",
        item(
            "scenario",
            "Amazon Translate",
            "A shop needs a translation of its pages for visitors from abroad. What fits?",
            ("Amazon Translate", "Amazon Polly", "Amazon Transcribe", "Amazon Lex"),
        ),
    ),
    (
        "no_leak",
        item(
            "scenario",
            "Principal Component Analysis",
            "A team runs a principal component analysis on its inputs. Which technique is that?",
            ("PCA", "t-SNE", "LDA", "SVD"),
        ),
    ),
    (
        "no_leak",
        item(
            "scenario",
            "Principal Component Analysis",
            "An analysis by principal components is short on memory, so which one is it, a PCA?",
            ("Principal Component Analysis", "Latent Dirichlet Allocation", "Random Cut Forest"),
        ),
    ),
    (
        "no_leak",
        asks("Meiosis halves the number of chromosomes: which two are true of mitosis?", MITOSIS),
    ),
    ("no_leak", asks("The anomaly score is the ____ of each data point.", SCORES)),
    # the lines are there
    ("rationales", proofs(SPEECH, 0)),
    ("rationales", proofs(SPEECH, 0, cite("Amazon Transcribe"), rationale="")),
    ("rationales", proofs(SPEECH, 2)),
    ("rationales", proofs(SPEECH, 1, line(999, "Turns a text into another language"))),
    ("rationales", proofs(SPEECH, 1, line(0, "Turns a text into another language"))),
    ("rationales", proofs(SPEECH, 1, line(1, "DeepAR translates."))),
    ("rationales", proofs(SPEECH, 1, replace(cite("Amazon Translate"), note="other.txt"))),
    ("rationales", proofs(SPEECH, 1, line(2, "", last=1))),
    ("rationales", replace(SCORES, citations=(line(3, "Assigns an anomaly score"),))),
    ("rationales", replace(MEIOSIS_FALSE, citations=(line(500, "Halves the number"),))),
    ("rationales", replace(SPEECH, hint=line(2, "Think of what was said"))),
    # no distractor is right too
    (
        "not_also_true",
        options(
            DEEPAR,
            "Uses recurrent neural networks",
            "Trains one model over several series",
            "Classifies sentences and learns vectors",
            "Groups rows into clusters without labels",
        ),
    ),
    (
        "not_also_true",
        options(
            DEEPAR,
            "Uses recurrent neural networks",
            "Takes JSON lines in Gzip as training input",
            "Classifies sentences and learns vectors",
            "Groups rows into clusters without labels",
        ),
    ),
    (
        "not_also_true",
        options(
            MITOSIS,
            "Yields two identical daughter cells",
            "Keeps the number of chromosomes",
            "Halves the size of every chromosome",
            "Happens in body cells for growth",
            "Builds proteins from amino acids",
        ),
    ),
    (
        "not_also_true",
        item(
            "scenario",
            "XGBoost",
            "An agency must estimate house prices from a table of features. Which algorithm fits?",
            ("XGBoost", "Linear Learner", "K-Means", "DeepAR"),
        ),
    ),
    (
        "not_also_true",
        item(
            "variant",
            "French press",
            "A host steeps coarse grounds and has time until noon. Which method is it?",
            ("French press", "Cold brew", "Espresso", "Pour over"),
        ),
    ),
    (
        "not_also_true",
        item(
            "property",
            "Mitosis",
            "Which of these is NOT true of mitosis?",
            (
                "Yields two identical daughter cells",
                "Keeps the number of chromosomes",
                "Happens in body cells for growth",
                "Repairs the skin after a cut of it",
            ),
        ),
    ),
]


def _stem(given: Item) -> str:
    return f"{given.kind}: {given.stem[:50]}"


@pytest.mark.parametrize("good", GOOD, ids=_stem)
def test_a_good_item_passes_every_check(good: Item) -> None:
    done = run_checks(good, BookOfFacts())
    assert [check.detail for check in done if not check.passed] == []
    assert [check.name for check in done] == [check.__name__ for check in CHECKS]


def test_an_author_s_question_may_be_of_a_few_words() -> None:
    short = replace(SPEECH, origin="notes", stem="Which writes?")
    assert run_checks(short, BookOfFacts())[-1].name == "is_question"
    assert run_checks(replace(short, given=True), BookOfFacts())[-1].passed


@pytest.mark.parametrize(
    ("failing", "bad"), BAD, ids=lambda given: given if isinstance(given, str) else ""
)
def test_a_bad_item_fails_the_check_that_is_for_it(failing: str, bad: Item) -> None:
    done = run_checks(bad, BookOfFacts())
    assert (done[-1].name, done[-1].passed) == (failing, False), done[-1]
    assert done[-1].detail
    assert all(check.passed and not check.detail for check in done[:-1])


def test_every_check_has_at_least_four_items_that_fail_it() -> None:
    counts = {check.__name__: 0 for check in CHECKS}
    for failing, _ in BAD:
        counts[failing] += 1
    assert min(counts.values()) >= 4, counts


def test_every_kind_is_among_the_good_items() -> None:
    assert {good.kind for good in GOOD} == {
        "scenario",
        "property",
        "two",
        "true_false",
        "gap",
        "variant",
    }


@pytest.mark.parametrize(
    ("stem", "text"),
    [
        # a digit in a name is no telling detail, and a longer distractor is no tell at all
        ("Where does a team keep objects of any size?", ("S3", "EFS", "EBS", "Glacier")),
        ("Which model writes in many languages at once?", ("GPT-4", "Claude", "Titan", "BERT")),
        ("Where does a team keep objects of any size?", ("S3", "EFS", "EBS", "A file on a desk")),
        # languages whose names are mostly marks
        ("In what language is the kernel of the system?", ("C", "C++", "C#", "Go")),
        # less and more of one number
        (
            "What r tells of two quantities that fall together?",
            ("r > 0", "r < 0", "r = 0", "r = 9"),
        ),
        ("What r tells of two quantities that fall together?", ("1", "-1", "0", "0.1")),
    ],
)
def test_options_that_look_alike_and_are_not(stem: str, text: tuple[str, ...]) -> None:
    given = options(replace(SPEECH, kind="variant", stem=stem), *text)
    assert [check.detail for check in run_checks(given, BookOfFacts()) if not check.passed] == []


def test_a_quote_of_several_lines_is_compared_line_by_line() -> None:
    first, second = cite("DeepAR", 0), cite("DeepAR", 1)
    both = line(first.first_line, f"{first.quote}\n  {second.quote}", last=second.first_line)
    assert run_checks(replace(SERIES, citations=(both,)), BookOfFacts())[-1].passed
