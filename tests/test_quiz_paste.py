"""Questions as people really paste them: taken apart, never guessed, never an exception."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from core.practice import Pasted
from quiz.paste.parse import as_text, parse_question, problems_of
from tests.clock import is_linear

FOUR = ("Amazon S3", "Amazon EBS", "Amazon EFS", "AWS Glue")
Case = tuple[str, str, tuple[str, ...], int, tuple[int, ...], tuple[int, ...], int]
"""A pasted text, the start of its stem, options, select, mine, given, number of problems."""

CASES: dict[str, Case] = {
    "capital letters with dots": (
        "Which service stores objects?\nA. Amazon S3\nB. Amazon EBS\nC. Amazon EFS\nD. AWS Glue",
        "Which service stores objects?", FOUR, 1, (), (), 0,
    ),
    "letters with brackets, answer and key": (
        "Which service stores objects?\n\nA) Amazon S3\nB) Amazon EBS\nC) Amazon EFS\nD) AWS Glue"
        "\n\nMy answer: B\nCorrect: A",
        "Which service", FOUR, 1, (1,), (0,), 0,
    ),
    "small letters in brackets, key as (c)": (
        "Which service moves data?\n(a) Amazon S3\n(b) Amazon EBS\n(c) Amazon EFS\n(d) AWS Glue\n"
        "Correct option is (d)",
        "Which service moves", FOUR, 1, (), (3,), 0,
    ),
    "square brackets": (
        "Q3. Which service stores objects?\n[A] Amazon S3\n[B] Amazon EBS\n[C] Amazon EFS\n"
        "[D] AWS Glue\nAnswer: [A]",
        "Which service stores", FOUR, 1, (), (0,), 0,
    ),
    "small letters with dashes": (
        "which one is for shared files\na - Amazon S3\nb - Amazon EBS\nc - Amazon EFS\n"
        "d - AWS Glue\ni chose b",
        "which one is", FOUR, 1, (1,), (), 0,
    ),
    "letters with colons": (
        "#11: Which one is for shared files?\nA: Amazon S3\nB: Amazon EBS\nC: Amazon EFS\n"
        "D: AWS Glue\nAns: C",
        "Which one is for", FOUR, 1, (), (2,), 0,
    ),
    "bold letters of a chat": (
        "**Question 4:** Which service stores objects?\n\n**A.** Amazon S3\n**B.** Amazon EBS\n"
        "**C.** Amazon EFS\n**D. AWS Glue**\n\n**Answer: A**",
        "Which service stores", FOUR, 1, (), (0,), 0,
    ),
    "numbers, two of them right": (
        "Ques#4: Which services are file or object stores? (Choose two.)\n1. Amazon S3\n"
        "2. AWS Batch\n3. Amazon EFS\n4. AWS Glue\nI chose 1 and 4\nCorrect: 1 and 3",
        "Which services are", ("Amazon S3", "AWS Batch", "Amazon EFS", "AWS Glue"),
        2, (0, 3), (0, 2), 0,
    ),
    "numbers with brackets after a numbered question": (
        "12. Which metric punishes large errors most?\n1) MAE\n2) RMSE\n3) Recall\n\nKey: 2",
        "Which metric punishes", ("MAE", "RMSE", "Recall"), 1, (), (1,), 0,
    ),
    "numbers in round brackets": (
        "Question 12: Which metric is for ranking?\n(1) NDCG\n(2) RMSE\n(3) Recall\nAnss: (1)",
        "Which metric is", ("NDCG", "RMSE", "Recall"), 1, (), (0,), 0,
    ),
    "dashes": (
        "Which layer turns logits into probabilities?\n- ReLU\n- Softmax\n- Dropout\n\n"
        "Answer: Softmax",
        "Which layer", ("ReLU", "Softmax", "Dropout"), 1, (), (1,), 0,
    ),
    "bullets, answer misspelt in words": (
        "Which algorithm finds topics?\n• Latent Dirichlet Allocation\n• BlazingText\n• XGBoost\n"
        "Correct answer: Latent Dirichlet Alocation",
        "Which algorithm", ("Latent Dirichlet Allocation", "BlazingText", "XGBoost"),
        1, (), (0,), 0,
    ),
    "radio circles under a bulleted list in the stem": (
        "A company needs:\n- low latency\n- high throughput\nWhich service fits?\n○ Kinesis\n"
        "○ Batch\n○ Glue\nYour answer: Kinesis",
        "A company needs:\n- low latency", ("Kinesis", "Batch", "Glue"), 1, (0,), (), 0,
    ),
    "boxes, two ticked": (
        "Which of these are ensembles? Select TWO\n[x] Random forest\n[ ] k-means\n[x] XGBoost\n"
        "[ ] PCA",
        "Which of these", ("Random forest", "k-means", "XGBoost", "PCA"), 2, (), (0, 2), 0,
    ),
    "Markdown boxes with letters": (
        "Which is unsupervised?\n- [ ] A. Linear Learner\n- [x] B. k-means\n- [ ] C. XGBoost",
        "Which is unsupervised?", ("Linear Learner", "k-means", "XGBoost"), 1, (), (1,), 0,
    ),
    "empty box signs, no key": (
        "Which are managed? (Select TWO)\n☐ S3\n☐ EC2 with disks\n☐ SageMaker\n☐ A rack",
        "Which are managed?", ("S3", "EC2 with disks", "SageMaker", "A rack"), 2, (), (), 0,
    ),
    "plain lines under a question mark": (
        "Which service labels images with people?\nGround Truth\nRekognition\nTextract\n"
        "Comprehend\nI picked Rekognition\nAnswer: Ground Truth",
        "Which service labels", ("Ground Truth", "Rekognition", "Textract", "Comprehend"),
        1, (1,), (0,), 0,
    ),
    "plain lines under a colon": (
        "To keep a model from overfitting you should:\n\nAdd dropout\n\nTrain longer\n\n"
        "Remove data",
        "To keep a model", ("Add dropout", "Train longer", "Remove data"), 1, (), (), 0,
    ),
    "plain lines under (Select TWO)": (
        "A team must cut training costs. What would help? (SELECT TWO)\nUse Spot training\n"
        "Use fewer epochs, and stop early once nothing\nimproves\nk-means",
        "A team must cut",
        ("Use Spot training", "Use fewer epochs, and stop early once nothing improves", "k-means"),
        2, (), (), 0,
    ),
    "options of several lines with blank lines between": (
        "What should the engineer do?\n\nA. Store the data in Amazon S3 and\n   query it with "
        "Athena.\n\nB. Store the data on one\nEBS volume.\n\nC. Do nothing.\n\nCorrect Answer: A",
        "What should the engineer",
        ("Store the data in Amazon S3 and query it with Athena.",
         "Store the data on one EBS volume.", "Do nothing."),
        1, (), (0,), 0,
    ),
    "all on one line": (
        "What is S3? A. Storage B. Compute C. Network D. Queue",
        "What is S3?", ("Storage", "Compute", "Network", "Queue"), 1, (), (), 0,
    ),
    "all on one line with commas and an answer": (
        "Which is a loss? A) Hinge, B) ReLU, C) Adam Answer: A",
        "Which is a loss?", ("Hinge", "ReLU", "Adam"), 1, (), (0,), 0,
    ),
    "all on one line under the stem": (
        "The optimiser with momentum and adaptive steps is\n(a) SGD (b) Adam (c) ReLU\nAns. b",
        "The optimiser with", ("SGD", "Adam", "ReLU"), 1, (), (1,), 0,
    ),
    "two columns of a PDF": (
        "Which one is a text service?\nA. Polly        B. Comprehend\nC. Rekognition  D. Forecast"
        "\nAnswer B",
        "Which one is a text", ("Polly", "Comprehend", "Rekognition", "Forecast"), 1, (), (1,), 0,
    ),
    "a table's cells, letter and text apart": (
        "Which one is a text service?\nA\nPolly\nB\nComprehend\nC\nForecast\nCorrect answer\nB",
        "Which one is a text", ("Polly", "Comprehend", "Forecast"), 1, (), (1,), 0,
    ),
    "letters and tabs": (
        "Which one is a text service?\r\nA\tPolly\r\nB\tComprehend\r\nC\tForecast\r\n",
        "Which one is a text", ("Polly", "Comprehend", "Forecast"), 1, (), (), 0,
    ),
    "numbered requirements in the stem": (
        "A company has these requirements:\n1. Data must be encrypted.\n2. Costs must be low.\n"
        "3. No servers.\n\nWhich solution meets them?\n\nA. S3 with KMS\nB. HDFS on EC2\n"
        "C. A file server\n\nSelected: C",
        "A company has these requirements:\n1. Data must be encrypted.\n2. Costs",
        ("S3 with KMS", "HDFS on EC2", "A file server"), 1, (2,), (), 0,
    ),
    "bullets in the stem and bullets as options": (
        "The data has:\n- missing values\n- outliers\n\nThe team is small.\n\n"
        "Which step comes first?\n- Impute\n- Train\n- Deploy",
        "The data has:\n- missing values\n- outliers\n\nThe team", ("Impute", "Train", "Deploy"),
        1, (), (), 0,
    ),
    "numbered requirements, numbered options": (
        "Given:\n1. low cost\n2. low latency\n3. no servers\nWhat fits?\n1. Lambda\n2. EMR\n"
        "Answer: 1",
        "Given:\n1. low cost", ("Lambda", "EMR"), 1, (), (0,), 0,
    ),
    "a) in the prose of the stem": (
        "A firm needs a) speed and b) low cost. As in a) above, speed comes first. What fits?\n"
        "A. Lambda\nB. EMR\nC. A rack of servers\nmy answer: c",
        "A firm needs a) speed and b) low cost.", ("Lambda", "EMR", "A rack of servers"),
        1, (2,), (), 0,
    ),
    "an option with bullets of its own": (
        "Which plan works?\nA. Do both:\n- clean\n- train\nB. Do nothing\nC. Do one of:\n- clean\n"
        "- wait\nCorrect: A",
        "Which plan works?",
        ("Do both: - clean - train", "Do nothing", "Do one of: - clean - wait"), 1, (), (0,), 0,
    ),
    "statements with Roman numbers": (
        "Consider:\nI. PCA is linear.\nII. t-SNE is linear.\nWhich hold?\nA. I only\nB. II only\n"
        "C. I and II\nAnswer: A",
        "Consider:\nI. PCA", ("I only", "II only", "I and II"), 1, (), (0,), 0,
    ),
    "noise of an exam site": (
        "Question 5 of 65\nSkipped\nMark for review\n\nWhich service queues messages?\n\nA. SQS\n"
        "B. SNS\nC. SES\n\nShow Answer\nExplanation:\nSQS is a queue.\nA. is right.\nB. is wrong.",
        "Which service queues", ("SQS", "SNS", "SES"), 1, (), (), 0,
    ),
    "place in square brackets": (
        "[12/65] Which service queues messages?\nA. SQS\nB. SNS\nC. SES\nYour answer: B (incorrect)"
        "\nCorrect answer: A\nExplanation\nA queue.",
        "Which service queues", ("SQS", "SNS", "SES"), 1, (1,), (0,), 0,
    ),
    "review page: labels between plain options": (
        "Question 3\nIncorrect\nWhich service queues messages?\nCorrect answer\nSQS\n"
        "Your answer is incorrect\nSNS\nSES\nEventBridge\nOverall explanation\nSQS is a queue.",
        "Which service queues", ("SQS", "SNS", "SES", "EventBridge"), 1, (1,), (0,), 0,
    ),
    "review page: the learner was right": (
        "Question 4\nCorrect\nWhich service queues messages?\nYour answer is correct\nSQS\nSNS\n"
        "SES\nOverall explanation\nBecause.",
        "Which service queues", ("SQS", "SNS", "SES"), 1, (0,), (0,), 0,
    ),
    "old review page: marks under the options": (
        "Which service queues messages?\n○ SQS\n(Correct)\n○ SNS\n(Incorrect)\n○ SES",
        "Which service queues", ("SQS", "SNS", "SES"), 1, (1,), (0,), 0,
    ),
    "dump page with votes": (
        "Question #12 Topic 1\nWhich service queues messages?\nA. SQS Most Voted\nB. SNS\nC. SES\n"
        "Hide Answer\nSuggested Answer: A\nCommunity vote distribution\nA (90%)\nB (10%)",
        "Which service queues", ("SQS", "SNS", "SES"), 1, (), (0,), 0,
    ),
    "marks in the options": (
        "Which service queues messages?\nA. SQS ✓\nB. SNS (my answer) ✗\nC. SES",
        "Which service queues", ("SQS", "SNS", "SES"), 1, (1,), (0,), 0,
    ),
    "a cross is the learner's answer": (
        "Which service queues messages?\n✅ A. SQS\n❌ B. SNS\nC. SES",
        "Which service queues", ("SQS", "SNS", "SES"), 1, (1,), (0,), 0,
    ),
    "a cross at every wrong option says nothing of the learner": (
        "Which service queues messages?\nA. SQS ✔️\nB. SNS ❌\nC. SES ❌",
        "Which service queues", ("SQS", "SNS", "SES"), 1, (), (0,), 0,
    ),
    "marks in words": (
        "Which service queues messages?\nA. SQS (correct)\nB. SNS <- my answer\n"
        "C. SES (simple email)",
        "Which service queues", ("SQS", "SNS", "SES (simple email)"), 1, (1,), (0,), 0,
    ),
    "letters together": (
        "Choose 2 answers. Which are queues?\nA. Glue\nB. SQS\nC. Athena\nD. Amazon MQ\n"
        "My answer: bc\nAnswer: BD",
        "Choose 2 answers.", ("Glue", "SQS", "Athena", "Amazon MQ"), 2, (1, 2), (1, 3), 0,
    ),
    "letters with &": (
        "Which TWO are queues?\nA. Glue\nB. SQS\nC. Athena\nD. Amazon MQ\nCorrect answers: B & D",
        "Which TWO", ("Glue", "SQS", "Athena", "Amazon MQ"), 2, (), (1, 3), 0,
    ),
    "all that apply": (
        "Which are queues? Select all that apply.\nA. Glue\nB. SQS\nC. Amazon MQ\n"
        "Correct answers: B, C",
        "Which are queues?", ("Glue", "SQS", "Amazon MQ"), 0, (), (1, 2), 0,
    ),
    "two keys without being asked for two": (
        "What would help?\nA. Glue\nB. SQS\nC. Amazon MQ\nI chose B and A\nCorrect: B and C",
        "What would help?", ("Glue", "SQS", "Amazon MQ"), 2, (0, 1), (1, 2), 0,
    ),
    "answer and key on one line": (
        "What would help?\nA. Glue\nB. SQS\nC. MQ\nYour answer: C (incorrect). "
        "The correct answer is B because it queues.",
        "What would help?", ("Glue", "SQS", "MQ"), 1, (2,), (1,), 0,
    ),
    "a chat around it": (
        "I answered B but the answer is C\n\nWhat would help?\nA. Glue\nB. SQS\nC. MQ\n\n"
        "Why is B wrong?",
        "What would help?", ("Glue", "SQS", "MQ"), 1, (1,), (2,), 0,
    ),
    "the key repeats its option below": (
        "What would help?\nA. Glue\nB. SQS\nC. MQ\n\nCorrect answer:\nB. SQS\n\nIt queues.",
        "What would help?", ("Glue", "SQS", "MQ"), 1, (), (1,), 0,
    ),
    "an explanation by letter after the key": (
        "What would help?\nA. Glue\nB. SQS\nC. MQ\nAnswer: B\nA. is wrong as it is no queue\n"
        "B. is right\nC. is too much",
        "What would help?", ("Glue", "SQS", "MQ"), 1, (), (1,), 0,
    ),
    "true or false without options": (
        "True or False: XGBoost grows its trees one after another.\nMy answer: False\nAnswer: True",
        "True or False: XGBoost", ("True", "False"), 1, (1,), (0,), 0,
    ),
    "true or false with options": (
        "7. True/False? PCA needs labels.\nTrue\nFalse\nKey: B",
        "True/False? PCA needs", ("True", "False"), 1, (), (1,), 0,
    ),
    "a solution that is part of the stem": (
        "You need a queue.\nSolution: You deploy SQS.\nDoes the solution meet the goal?\nA. Yes\n"
        "B. No\nAnswer: A",
        "You need a queue.\nSolution: You deploy SQS.\nDoes", ("Yes", "No"), 1, (), (0,), 0,
    ),
    "HTML left over": (
        "<p>Which is <b>AT&amp;T&#39;s</b>&nbsp;service?</p><br>A. Foo &lt; 3<br/>B. Bar<br />"
        "C. Baz<br>Correct: A",
        "Which is AT&T's service?", ("Foo < 3", "Bar", "Baz"), 1, (), (0,), 0,
    ),
    "full-width letters, odd spaces, zero width": (
        "Ｗｈｉｃｈ one？\u200b\nＡ．\u00a0Foo\u3000bar\nＢ．\u2009Baz\ufeff\nAnswer：Ａ",
        "Which one?", ("Foo bar", "Baz"), 1, (), (0,), 0,
    ),
    "circled letters": (
        "Which one?\nⒶ Foo\nⒷ Bar\nⒸ Baz\nAnswer: C",
        "Which one?", ("Foo", "Bar", "Baz"), 1, (), (2,), 0,
    ),
    "options that are numbers": (
        "How many shards are needed?\nA. 2\nB. 4\nC. 8\nAnswer: 4\nMy answer: 8",
        "How many shards", ("2", "4", "8"), 1, (2,), (1,), 0,
    ),
    "options that differ by a sign": (
        "When is it overfitting?\n- gap > 0\n- gap < 0\n- gap = 0\nCorrect: gap > 0",
        "When is it", ("gap > 0", "gap < 0", "gap = 0"), 1, (), (0,), 0,
    ),
    "an answer that begins with a number": (
        "How much is needed?\nA. 3 GB\nB. 3.5 GB\nC. 1,200 GB\nD. 2%\nAnswer: 3.5 gb\n"
        "My answer: 2%",
        "How much", ("3 GB", "3.5 GB", "1,200 GB", "2%"), 1, (3,), (1,), 0,
    ),
    "no answer was given": (
        "What would help?\nA. Glue\nB. SQS\nYour answer: Not answered\nCorrect answer: B",
        "What would help?", ("Glue", "SQS"), 1, (), (1,), 0,
    ),
    "an answer that begins with an article": (
        "What would help?\nA. Glue\nB. A managed queue\nCorrect answer: A managed queue",
        "What would help?", ("Glue", "A managed queue"), 1, (), (1,), 0,
    ),
    "a chat in sentences": (
        "Hi! I got this wrong, I picked (b). What is the port of HTTPS?\n"
        "(a) 80\n(b) 8080\n(c) 443\nc is the correct one",
        "Hi! I got this wrong,\nWhat is", ("80", "8080", "443"), 1, (1,), (2,), 0,
    ),
    "keys one below the other": (
        "Which two are queues?\nA. SQS\nB. Glue\nC. MQ\nCorrect answers:\nA. SQS\nC. MQ",
        "Which two", ("SQS", "Glue", "MQ"), 2, (), (0, 2), 0,
    ),
    "keys in words": (
        "Which two are queues?\nA. SQS\nB. Glue\nC. MQ\nYour selection: Glue, MQ\n"
        "Correct selection: SQS and MQ",
        "Which two", ("SQS", "Glue", "MQ"), 2, (1, 2), (0, 2), 0,
    ),
    "a question of nested notes": (
        "- Ques: Which service stores objects?\n\t- S3\n\t- EBS\n\t- Asns: S3\n\t- Epln: objects",
        "Which service", ("S3", "EBS"), 1, (), (0,), 0,
    ),
    "keycaps, and bullets of a word processor": (
        "It must be:\n\uf0b7 cheap\n\uf0b7 safe\nWhich fits?\n1️⃣ S3\n2️⃣ EBS\nkey: 1",
        "It must be:", ("S3", "EBS"), 1, (), (0,), 0,
    ),
    "an option that begins like a label": (
        "What does the page show?\nA. Answer: then a box\nB. Key: then a box\nCorrect: B",
        "What does", ("Answer: then a box", "Key: then a box"), 1, (), (1,), 0,
    ),
    "an option that speaks of a label": (
        "What does the page show?\nA. A box\nB. The label Answer: then a box\nCorrect: B",
        "What does", ("A box", "The label Answer: then a box"), 1, (), (1,), 0,
    ),
    "a statement and its answer on one line": (
        "T/F: S3 is a file system. Answer: F", "T/F: S3", ("True", "False"), 1, (), (1,), 0,
    ),
    "letters inside options": (
        "Which hold?\nA. Vitamin B. It is one of (a), (b) and (c)\nB. Both A and C\nC. None\n"
        "Answer: B. Both A and C",
        "Which hold?", ("Vitamin B. It is one of (a), (b) and (c)", "Both A and C", "None"),
        1, (), (1,), 0,
    ),
    "a filled circle is the learner's when the key is said": (
        "Which one?\n○ Foo\n● Bar\n○ Baz\nCorrect answer: Foo",
        "Which one?", ("Foo", "Bar", "Baz"), 1, (1,), (0,), 0,
    ),
    "an answer after the explanation": (
        "Which one?\nA) Foo\nB) Bar\nCorrect: A\nExplanation: Bar is worse.\n\nMy answer: B",
        "Which one?", ("Foo", "Bar"), 1, (1,), (0,), 0,
    ),
    "a gap to fill": (
        "The ____ function turns logits into probabilities.\nA. softmax\nB. relu\nAns: A",
        "The ____ function", ("softmax", "relu"), 1, (), (0,), 0,
    ),
}  # fmt: skip


@pytest.mark.parametrize("case", CASES.values(), ids=CASES)
def test_pasted_texts(case: Case) -> None:
    text, stem, options, select, mine, key, problems = case
    pasted = parse_question(text)
    assert pasted.options == options
    assert pasted.stem.startswith(stem)
    assert (pasted.select, pasted.mine, pasted.given) == (select, mine, key)
    assert len(pasted.problems) == problems, pasted.problems


SONNET = """When I do count the clock that tells the time,
And see the brave day sunk in hideous night;
When I behold the violet past prime,
And sable curls all silver'd o'er with white;"""
ASKED = "Which service queues messages?\n"
PROBLEMS = {
    "empty text": ("", 0, ["Nothing was pasted"]),
    "only spaces": (" \n\t\u200b\r\n", 0, ["Nothing was pasted"]),
    "plain prose": ("A queue holds messages. It was new to me, I liked it.", 0, ["No question"]),
    "a poem": (SONNET, 0, ["No question found"]),
    "a poem that asks": (
        SONNET.replace("hideous night;", "hideous night?"), 0, ["No options found"],
    ),
    "a table": (ASKED + "| a | SQS |\n| b | SNS |", 0, ["No options found"]),
    "two questions": (
        f"Question 1: {ASKED}A. SQS\nB. SNS\n\nQuestion 2: {ASKED}A. MQ\nB. SES", 2,
        ["More than one question"],
    ),
    "two questions with numbers": (
        f"1. {ASKED}a) SQS\nb) SNS\n2. {ASKED}a) MQ\nb) SES", 2, ["No question found", "More than"],
    ),
    "no options": ("Which service queues messages", 0, ["No question found"]),
    "a question without options": (ASKED, 0, ["No options found: put each on a line"]),
    "a question in prose": (ASKED + "I could not say.", 0, ["No options found"]),
    "one option": (ASKED + "A. SQS", 1, ["Only one option found"]),
    "no question before the options": ("A. SQS\nB. SNS", 2, ["No question found before"]),
    "forty options": (
        ASKED + "\n".join(f"{n}. service {n}" for n in range(1, 41)), 40, ["40 options found"],
    ),
    "eleven letters": (
        ASKED + "\n".join(f"{name}) service {name}x" for name in "ABCDEFGHIJK"), 11, ["11 options"],
    ),
    "the same option twice": (
        ASKED + "A. SNS\nB. SQS \nC. SES\nD.  sqs.", 4, ["Options B and D are the same: 'SQS'."],
    ),
    "a letter is missing": (ASKED + "A. SQS\nB. SNS\nD. SES", 3, ["The options go A, B, D"]),
    "a letter stands twice": (ASKED + "A. SQS\nB. SNS\nB. SES", 3, ["The options go A, B, B"]),
    "the first letter stands twice": (ASKED + "A. SQS\nA. SNS\nB. SES", 3, ["go A, A, B"]),
    "the first letter is missing": (ASKED + "B. SNS\nC. SES", 2, ["The options go B, C"]),
    "a number is missing": (ASKED + "1. SQS\n2. SNS\n4. SES", 3, ["The options go 1, 2, 4"]),
    "an empty option": (ASKED + "A. SQS\nB.\nC. SES", 2, ["Option B is empty"]),
    "a key that is not there": (
        ASKED + "A. SQS\nB. SNS\nCorrect: F", 2, ["The key names option F, which is not there"],
    ),
    "an answer that is not there": (
        ASKED + "A. SQS\nB. SNS\nMy answer: D", 2, ["Your answer names option D"],
    ),
    "a key in words that are no option": (
        ASKED + "A. SQS\nB. SNS\nAnswer: Kinesis", 2, ["The key 'Kinesis' is none of the options"],
    ),
    "a key in words with another number": (
        "When to move it?\n- after 30 days\n- after 90 weeks\nAnswer: after 60 days", 2,
        ["'after 60 days' is none"],
    ),
    "a number that is no option": (
        ASKED + "A. 3 GB\nB. 4 GB\nAnswer: 1.5 GB", 2, ["'1.5 GB' is none of the options"],
    ),
    "one key for two": (
        ASKED + "(Select TWO)\nA. SQS\nB. SNS\nC. MQ\nCorrect: A", 3, ["for 2, the key names 1"],
    ),
    "two keys for one": (
        "Choose one. " + ASKED + "A. SQS\nB. SNS\nC. MQ\nCorrect: A, C", 3,
        ["asks for 1, the key names 2 (A, C)"],
    ),
    "three of two": ("Select THREE.\nA. SQS\nB. SNS", 2, ["asks for 3, but has 2"]),
    "keys that differ": (
        ASKED + "A. SQS ✓\nB. SNS\nCorrect: B", 2, ["The key is given in different ways, B and A"],
    ),
    "a letter with the words of another option": (
        ASKED + "A. SQS\nB. SNS\nCorrect: B. SQS", 2, ["option B but has the words of option A"],
    ),
    "text after the options": (
        ASKED + "A. SQS\nB. SNS\n\nQueues decouple.", 2, ["'Queues decouple.' after the options"],
    ),
    "a letter that stands twice as the key": (
        ASKED + "A. SQS\nB. SNS\nB. MQ\nKey: B", 3, ["The options go", "which stands before two"],
    ),
    "too long": (
        ASKED + "A. SQS\nB. SNS\nAnswer: A\nExplanation: " + "so " * 7000, 2, ["21,068 characters"],
    ),
}  # fmt: skip


@pytest.mark.parametrize(("text", "options", "begins"), PROBLEMS.values(), ids=PROBLEMS)
def test_what_is_unclear_is_said_and_not_guessed(
    text: str, options: int, begins: list[str]
) -> None:
    pasted = parse_question(text)
    assert len(pasted.options) == options
    assert len(pasted.problems) == len(begins), pasted.problems
    for problem, words in zip(pasted.problems, begins, strict=True):
        assert words in problem


def test_a_key_that_is_unclear_is_left_out() -> None:
    for name in (
        "keys that differ",
        "a key that is not there",
        "a key in words with another number",
    ):
        assert parse_question(PROBLEMS[name][0]).given == ()


def test_a_form_corrected_by_hand_is_checked_again() -> None:
    good = Pasted("Which are queues?", ("SQS", "MQ", "SNS"), select=2, mine=(0, 2), given=(0, 1))
    assert problems_of(good) == ()
    for corrected, words in (
        (replace(good, options=("SQS", "mq", "MQ")), "Options B and C are the same"),
        (replace(good, options=("SQS", " ", "MQ")), "Option B is empty"),
        (replace(good, options=(), mine=(), given=()), "No options found"),
        (replace(good, options=("SQS",), mine=(), given=(), select=1), "Only one option"),
        (replace(good, stem=" "), "No question found before"),
        (replace(good, given=(0, 5)), "The key names option F"),
        (replace(good, mine=(-1,)), "Your answer names option"),
        (replace(good, given=(0,)), "asks for 2, the key names 1 (A)"),
        (replace(good, select=-1), "how many"),
        (replace(good, stem="so " * 8000), "24,000 characters"),
    ):
        (problem,) = problems_of(corrected)
        assert words in problem


def test_the_canonical_text() -> None:
    pasted = Pasted("Which are queues?", ("SQS", "MQ", "SNS"), select=0, mine=(2,), given=(0, 1))
    assert as_text(pasted) == (
        "Which are queues?\n\nA. SQS\nB. MQ\nC. SNS\n\nSelect: all\nMy answer: C\nCorrect: A, B"
    )
    assert parse_question(as_text(pasted)) == pasted


def test_the_canonical_text_keeps_what_is_wrong() -> None:
    pasted = Pasted("Which are queues?", ("SQS", "SNS"), given=(5,))
    assert as_text(pasted).endswith("Correct: F")
    assert parse_question(as_text(pasted)).problems == problems_of(pasted)
    many = Pasted("Which?", tuple(f"service {place}" for place in range(30)), given=(28,))
    assert parse_question(as_text(many)) == replace(many, problems=problems_of(many))


@pytest.mark.parametrize("case", CASES.values(), ids=CASES)
def test_every_parsed_question_reads_the_same_again(case: Case) -> None:
    pasted = parse_question(case[0])
    assert parse_question(as_text(pasted)) == pasted


WORDS = st.text("bdghlmprtuvwzéß0123456789", min_size=2, max_size=9)  # spell no label
PHRASE = st.lists(WORDS, min_size=1, max_size=7).map(" ".join)


@st.composite
def sane_questions(draw: st.DrawFn) -> Pasted:
    """Values that a learner's question has: paragraphs, a list in the stem, distinct options."""
    lines = draw(st.lists(PHRASE, max_size=3))
    listed = draw(st.lists(PHRASE.map("- {}".format), max_size=3))
    options = draw(st.lists(PHRASE, min_size=2, max_size=10, unique=True))
    places = st.sets(st.integers(0, len(options) - 1), max_size=len(options))
    key = tuple(sorted(draw(places)))
    select = draw(st.sampled_from((0, len(key)))) if key else draw(st.integers(0, len(options)))
    stem = "\n".join([*("So it is: " + line for line in lines), "", *listed, ""]).strip()
    return Pasted(
        f"{stem}\nWhat is {draw(PHRASE)}?".strip(),
        tuple(options),
        select=select,
        mine=tuple(sorted(draw(places))),
        given=key,
    )


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(sane_questions())
def test_canonical_text_reads_back(pasted: Pasted) -> None:
    assume(problems_of(pasted) == ())
    assert parse_question(as_text(pasted)) == pasted


PIECES = st.sampled_from(
    [
        "A. ", "B) ", "(c) ", "[x] ", "- ", "• ", "○ ", "1. ", "2) ", "?", ":", "\n", "\n\n", "\t",
        "Answer: ", "my answer ", "Correct", "Explanation:", "Select TWO", "(correct)", "✓", "✗",
        "**", "<br>", "&amp;", "True or False", "Q3.", "Foo", "bar baz", "B", "a", "and ", "<- ",
        "Ⓐ", "_", "(", "]", "\ud800", "\x00", "\u2028",
    ]
)  # fmt: skip


@settings(max_examples=300, deadline=None)
@given(st.one_of(st.text(max_size=300), st.lists(PIECES, max_size=40).map("".join)))
def test_no_text_raises_and_options_are_clean(text: str) -> None:
    pasted = parse_question(text)
    assert all(option and option == option.strip() for option in pasted.options)
    assert pasted.stem == pasted.stem.strip()
    assert all(0 <= place < len(pasted.options) for place in (*pasted.mine, *pasted.given))
    assert set(problems_of(pasted)) <= set(pasted.problems)
    parse_question(as_text(pasted))


@pytest.mark.parametrize(
    "piece",
    [
        "a) ", "a)\n", "A. x\nB. y\n", "(", "([", "[[x]] ", "**a", "* ", "<b ", "&", "&a", "✓",
        "(correct)", "Answer: ", "answer ", "Correct:\n", "Answer: B\n", "?\n", "x?\n- y\n", "- ",
        "- x\n", ":\n", "_", " ", "\n", "Question 1 ", "1/2 ", "A\n", "A B ", "and ", "x\n\n",
        "Explanation:\n", "Select TWO ", "1. a 2. b ", "not ", "B, ", "True\nFalse\n", "<- ",
        "a: ", "A. ", "a) b) ", "Answer\n", "Answer: B. ", "A. x Answer: ", "select any ",
        "A. x\nCorrect\n", "Correct answer\nfoo\n", "[x]\n", "1.\n", "I chose ", "- x?\n",
    ],
)  # fmt: skip
def test_long_garbage_is_read_in_linear_time(piece: str) -> None:
    for text in (piece * (100_000 // len(piece)), "What is it?\n" + piece * (19_000 // len(piece))):
        assert is_linear(lambda size: parse_question(text[:size]), len(text))  # noqa: B023
        pasted = parse_question(text)
        assert len(text) < 20_000 or any("characters" in problem for problem in pasted.problems)
