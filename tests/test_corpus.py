"""The notes that ship: titled, licensed, each fact once and under a heading, and right."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

from core.labels import read_label
from core.text import strip_marker, words
from core.types import Line
from ingest.corpus import find_sources
from ingest.loaders import load_text
from ingest.passages import Note, read_note
from ingest.questions import find_questions
from ingest.rows import read_rows

CORPUS = Path(__file__).parents[1] / "corpus"
FILES = sorted(path.name for path in CORPUS.iterdir())
LICENCE = "Licence: Apache-2.0. Written for Noteproof."
FACTS, QUESTIONS = 1100, 30

TOPICS = """
data lake; data warehouse; S3 storage classes; partition; Parquet; ORC; Avro; RecordIO-protobuf;
Amazon EFS; FSx for Lustre; FSx for Windows; Amazon EBS; Instance store; DynamoDB; Redshift;
Amazon RDS; Amazon Aurora; OpenSearch; Storage Gateway; Kinesis Data Streams; Firehose; Kinesis
Data Analytics; Apache Flink; Kinesis Video Streams; RANDOM_CUT_FOREST; HOTSPOTS; MQTT; Glue
Data Catalog; crawler; Glue ETL; DataBrew; FindMatches; DynamicFrame; bookmark; AWS Data
Pipeline; AWS Batch; AWS DMS; Step Functions; DataSync; Athena; QuickSight; SPICE; Amazon EMR;
HDFS; EMRFS; Task node; Apache Spark; MLlib; Pandas; Matplotlib; Scikit-learn; Jupyter; ordinal;
Poisson; Bernoulli; Binomial; seasonality; MICE; KNN imputation; SMOTE; oversampling; outlier;
quantile binning; log transform; one-hot; TF-IDF; n-gram; orthogonal sparse bigrams; Cartesian
product; standardization; min-max; shuffl; PCA; t-SNE; TensorFlow; Keras; PyTorch; MXNet;
sigmoid; tanh; ReLU; Leaky ReLU; PReLU|Parametric ReLU; ELU; Swish; Maxout; softmax;
convolutional layer; pooling layer; ResNet; LSTM; GRU; transformer; self-attention; BERT; GPT;
transfer learning; learning rate; batch size; epoch; dropout; early stopping; vanishing
gradient; gradient checking; L1; L2; confusion matrix; precision; recall; F1; ROC; AUC;
precision-recall curve; RMSE; R squared; silhouette; perplexity; BLEU; ROUGE; bagging; boosting;
random forest; AdaBoost; support vector; DBSCAN; hierarchical; Gini; entropy; Linear Learner;
XGBoost; Seq2Seq; DeepAR; BlazingText; Object2Vec; Object Detection; Image Classification;
Semantic Segmentation; Random Cut Forest; Neural Topic Model; LDA; K-Nearest Neighbors; K-Means;
Factorization Machines; IP Insights; reinforcement learning; Q-learning; automatic model tuning;
pipe mode; SageMaker Studio; Experiments; Debugger; Autopilot; Model Monitor; JumpStart; Data
Wrangler; Feature Store; Edge Manager; Lineage Tracking; Canvas; Ground Truth; Model Cards; Role
Manager; Clarify; Comprehend; Translate; Transcribe; Polly; Rekognition; Amazon Forecast;
CNN-QR; Prophet; ARIMA; Lex; Personalize; Textract; DeepRacer; DeepLens; Lookout for Vision;
Monitron; TorchServe; Neuron; Panorama; DeepComposer; Fraud Detector; CodeGuru; Amazon Connect;
Kendra; Augmented AI; HealthLake; DevOps Guru; SM_MODEL_DIR; production variants; shadow;
blue/green; SageMaker Neo; Greengrass; inter-container traffic; PrivateLink; KMS; IAM role; STS;
Cognito; service control policy; CloudTrail; CloudWatch; Macie; autoscaling; Availability Zones;
Elastic Inference; serverless inference; asynchronous inference; batch transform; Inference
Recommender; inference pipeline; multi-model endpoint; multi-container endpoint; Kubernetes;
SageMaker Projects; SageMaker Pipelines; Spot Training; foundation model; diffusion model;
variational autoencoder; Bedrock; bedrock-agent-runtime; Guardrails; Knowledge Bases; RAG; LoRA;
RLHF; embedding; temperature; prompt injection; Amazon Q Developer; HealthScribe; data parallel;
model parallel
"""
"""What the exam asks about, `|` between two names of one topic."""

RIGHT = {
    "L1 regularization": r"sum of the absolute weights .*lambda \* sum\(\|w\|\)",
    "L2 regularization": r"sum of the squared weights .*lambda \* sum\(w\^2\)",
    "Rates of the confusion matrix": r"true positive rate\): TP / \(TP \+ FN\)",
    "Rates of the confusion matrix ": r"false positive rate\): FP / \(FP \+ TN\)",
    "Precision": r"^TP / \(TP \+ FP\)$",
    "Recall": r"^TP / \(TP \+ FN\)$",
    "Specificity": r"^TN / \(TN \+ FP\)$",
    "F1 score": r"2 \* precision \* recall / \(precision \+ recall\)",
    "Adjusted R squared": r"1 - \(1 - R\^2\) \* \(n - 1\) / \(n - p - 1\)",
    "Min-max scaling": r"\(x - min\) / \(max - min\)",
    "Standardization": r"\(x - mean\) / sd",
    "TF-IDF": r"tf \* log\(N / df\)",
    "Self-attention": r"softmax\(Q K\^T / sqrt\(d_k\)\) V",
    "S3 objects": r"since december 2020 .*strong read-after-write consistency",
    "EMR storage": r"consistent view is outdated and not needed .*december 2020",
    "Amazon EFS": r"elastic nfs file system .*linux",
    "FSx for Lustre": r"parallel file system .*linux",
    "FSx for Windows File Server": r"smb .*active directory",
    "Endpoint configuration": r"immutable, so a change means creating a new one and updating",
    "Multi-model endpoint (MME)": r"share one serving container and load from s3",
    "Multi-model endpoint (MME) ": r"under the configured s3 prefix; the endpoint .* unchanged",
    "Multi-container endpoint (MCE)": r"up to 15 different containers",
    "Inference pipeline": r"2 to 15 containers",
    "Z-score": r"beyond 3 in either direction",
    "Instance store": r"survive a reboot but are lost when the instance stops",
    "IAM group": r"cannot be a principal",
    "Linear Learner": r"optimizer is auto, adam, sgd or rmsprop",
    "XGBoost": r"parquet or recordio-protobuf",
    "Amazon Rekognition": r"stored video comes from s3, live video from kinesis video streams",
}
"""What a heading must say: statements that notes of learners often have wrong."""

WRONG = (
    r"\bL1\b.*\bsum of the weights",
    r"TP ?/ ?TP ?\+",
    r"FP ?/ ?FP ?\+",
    r"T[PN]R = T[PN] / (?!\()",
    r"x ?- ?min(?:\(x\))? ?/ ?max",
    r"more than one standard deviation",
    r"EMRFS (?:has|needs|uses|requires)",
    r"(?:edit|modify|update) (?:the|an|its|existing) endpoint configuration",
    r"FSx for Windows.*Linux",
    r"\bEFS\b.*\bWindows\b",
    r"one standard deviation .*unusual",
    r"Rekogn?ition.*must come from",
    r"adagrad.*Linear Learner|Linear Learner.*adagrad",
)
"""Mistakes of the notes that learners bring, as they would look here."""

GONE = {
    "MLS-C01|Machine Learning Specialty": "31 March 2026",
    "Kinesis Data Analytics": "27 January 2026",
    "AWS Data Pipeline": "25 July 2024",
    "Amazon Elastic Inference": "15 April 2023",
    "SageMaker Edge Manager": "26 April 2024",
    "Amazon Forecast": "29 July 2024",
    "Lookout for Vision": "31 October 2025",
    "Lookout for Equipment": "17 October 2024",
    "Lookout for Metrics": "October 2025",
    "Amazon Monitron": "31 October 2024",
    "Amazon Fraud Detector": "7 November 2025",
    "AWS Panorama": "31 May 2026",
    "AWS DeepLens": "31 January 2024",
    "Firehose": "February 2024",
    "Amazon Kendra": "30 July 2026",
    "SageMaker Debugger": "30 July 2026",
    "Amazon SageMaker AI": "3 December 2024",
    "Amazon QuickSight": "October 2025",
}


def read(name: str) -> Note:
    path = CORPUS / name
    return read_note(name, load_text(path, path.read_bytes()))


NOTES = {name: read(name) for name in FILES}


def asked(note: Note) -> set[int]:
    """Numbers of the lines that belong to past questions."""
    rows = read_rows((CORPUS / note.name).read_text("utf-8"))
    return {row + 1 for found in find_questions(rows) for row in range(found.first, found.last + 1)}


def facts(note: Note) -> list[Line]:
    """Lines under which no line stands, without title, licence, questions and table rules."""
    parents = {line.path for line in note.lines}
    questions = asked(note)
    return [
        line
        for line in note.lines[2:]
        if line.number not in questions and (*line.path, strip_marker(line.text)) not in parents
    ]


FOUND = {name: facts(note) for name, note in NOTES.items()}


def told() -> Iterator[tuple[str, str]]:
    """Every fact of the corpus with its headings: `Purpose: it ...` as `it ...` under Purpose."""
    for found in FOUND.values():
        for line in found:
            text, path = strip_marker(line.text), " / ".join(line.path)
            label = re.match(r"([A-Z][\w ]{2,30}): (?=\S)", text)
            yield (f"{path} / {label[1]}", text[label.end() :]) if label else (path, text)


def where(line: Line) -> str:
    return f"{line.note}:{line.number} {line.text.strip()}"


def test_the_program_finds_the_notes() -> None:
    assert [source.name for source in find_sources([CORPUS])] == FILES
    assert len(FILES) >= 8


@pytest.mark.parametrize("name", FILES)
def test_a_file_begins_with_its_title_and_licence(name: str) -> None:
    title, licence, *_ = NOTES[name].lines
    assert title.text.startswith("# ")
    assert 3 < len(words(title.text)) < 20
    assert licence.text == LICENCE


@pytest.mark.parametrize("name", FILES)
def test_every_line_stands_under_a_heading(name: str) -> None:
    """The title alone is no heading for a fact: it needs a section and a concept as well."""
    assert [where(line) for line in NOTES[name].lines[1:] if not line.path] == []
    assert [where(line) for line in FOUND[name] if len(line.path) < 3] == []


def test_there_is_enough_to_learn() -> None:
    assert sum(len(found) for found in FOUND.values()) >= FACTS
    assert min(len(found) for found in FOUND.values()) >= 60


def test_no_line_is_told_twice() -> None:
    """Whole lines, questions included; bullets, space and case make no difference."""
    lines = Counter(
        " ".join(words(strip_marker(line.text)))
        for name, note in NOTES.items()
        for line in (*FOUND[name], *(line for line in note.lines if line.number in asked(note)))
    )
    assert [text for text, times in lines.items() if times > 1] == []


def test_no_heading_has_another_of_its_name_beside_it() -> None:
    for note in NOTES.values():
        seen = Counter((*line.path, strip_marker(line.text)) for line in note.lines)
        parents = {line.path for line in note.lines}
        assert [path for path, times in seen.items() if times > 1 and path in parents] == []


def test_a_concept_has_one_heading_in_the_corpus() -> None:
    heads = Counter(
        line.text for note in NOTES.values() for line in note.lines if line.text.startswith("### ")
    )
    assert [head for head, times in heads.items() if times > 1] == []


def test_no_heading_is_empty() -> None:
    for note in NOTES.values():
        parents = {line.path for line in note.lines}
        for line in note.lines:
            if line.text.startswith("#"):
                assert (*line.path, strip_marker(line.text)) in parents, where(line)


def test_lines_are_short() -> None:
    for note in NOTES.values():
        assert [where(line) for line in note.lines if len(line.text) > 300] == []
    long = [where(line) for found in FOUND.values() for line in found if len(words(line.text)) > 30]
    assert long == []


def test_lines_hold_no_typing_slips() -> None:
    """Odd spaces, unpaired brackets, words doubled, marks that a keyboard does not have."""
    for note in NOTES.values():
        for line in note.lines:
            text = line.text.strip()
            assert text.isascii(), where(line)
            assert text.count("(") == text.count(")"), where(line)
            assert not re.search(r"  | ,|\.\.|\b([a-z]{3,}) \1\b", text), where(line)


def test_past_questions_are_whole() -> None:
    count = 0
    for name, note in NOTES.items():
        rows = read_rows((CORPUS / name).read_text("utf-8"))
        for question in find_questions(rows):
            count += 1
            parts = (question.first, question.answer, question.explanation)
            labels = [found[0] for row in parts if (found := read_label(rows[row].body))]
            assert labels == ["question", "answer", "explanation"], rows[question.first].text
            assert note.lines[0].number < question.first
    assert count >= QUESTIONS


@pytest.mark.parametrize("heading", RIGHT)
def test_what_is_often_wrong_is_right(heading: str) -> None:
    under = [text for path, text in told() if path.split(" / ")[2:3] == [heading.strip()]]
    assert any(re.search(RIGHT[heading], text, re.IGNORECASE) for text in under), under


@pytest.mark.parametrize("mistake", WRONG)
def test_known_mistakes_stay_out(mistake: str) -> None:
    lines = [line for note in NOTES.values() for line in note.lines]
    assert [where(line) for line in lines if re.search(mistake, line.text, re.IGNORECASE)] == []


def test_the_mistakes_would_be_seen() -> None:
    wrong = (
        "L1 term is the sum of the weights",
        "True Positive Rate === TP  /  TP + FN".replace("  ", " "),
        "False Positive Rate = FP / FP + TN",
        "Nm =x - min(x)/max(x)-min(x)",
        "Data points that lie more than one standard deviation from the mean are unusual",
        "EMRFS has read after write consistency",
        "Update the endpoint configuration of the endpoint",
    )
    for line in wrong:
        assert any(re.search(mistake, line, re.IGNORECASE) for mistake in WRONG), line


def test_what_is_outdated_says_since_when() -> None:
    marked = [text for _, text in told() if "outdated" in text.lower()]
    assert len(marked) >= 25
    assert [text for text in marked if not re.search(r"\b20[12]\d\b", text)] == []


def test_what_has_ended_is_marked() -> None:
    ended = re.compile(r"closed to new customers|no longer accepts|end of (?:life|support)|retired")
    assert [
        text for _, text in told() if ended.search(text) and "outdated" not in text.lower()
    ] == []


@pytest.mark.parametrize("name", GONE)
def test_services_that_are_gone_have_their_date(name: str) -> None:
    under = [text for path, text in told() if re.search(name, path)]
    marked = [text for text in under if "outdated" in text.lower()]
    assert any(GONE[name] in text for text in marked), marked


@pytest.mark.parametrize("topic", [" ".join(name.split()) for name in TOPICS.split(";")])
def test_every_topic_of_the_exam_has_its_place(topic: str) -> None:
    everything = "\n".join(f"{path} {text}" for path, text in told()).lower()
    assert any(name.lower() in everything for name in topic.split("|"))


def test_every_builtin_algorithm_has_purpose_input_and_instances() -> None:
    table = [text for path, text in told() if path.endswith("Table of input modes")]
    names = [text.split("|")[1].strip() for text in table if text.count("|") == 5][1:]
    assert len(names) == 21
    for name in names:
        short = name.removesuffix(" with MXNet")
        parts = {
            path.rsplit(" / ", 1)[1]
            for path, _ in told()
            if f"/ {short} " in f"{path} ".replace("(K-Means)", "").replace("KMeans", "K-Means")
        }
        assert {"Purpose", "Training input", "Instances"} <= parts, (name, parts)
