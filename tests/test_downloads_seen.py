"""Names of downloads as public repositories, issues and manuals show them, none of which a platform was written from.

Only the names are theirs; the file that a student handed in is a notebook here, where it was none.
"""

import pytest
from downloaded import collected, laid, zipped

N = "doubling.ipynb"
RECEIPT = (
    b"Name: Ashton Treleven (500206565)\nAssignment: Exam 1 - Practical\n"
    b"Date Submitted: Tuesday, February 20, 2024 12:35:07 AM CST\nCurrent Grade: Needs Grading\n"
)

SEEN = {
    # nbgrader's own manual: FileNameCollectorPlugin
    "nbgrader's example of zip_collect": (
        ["ps1_bitdiddle_attempt_2016-01-30-15-00-00_problem1.ipynb", "ps1_hacker_attempt_2016-01-30-16-30-10_problem1.ipynb",
         "ps1_hacker_attempt_2016-01-30-16-30-10_myzip.zip", "ps1_hacker_attempt_2016-01-30-16-30-10.txt"],
        "blackboard", ["bitdiddle", "hacker"],
    ),
    # a reader of receipts on GitHub ("EXAMPLE FILE")
    "an assignment's name with blanks and a hyphen": (
        [("Exam 1 - Practical_500206565_attempt_2024-02-20-00-35-07.txt", RECEIPT),
         ("Exam 1 - Practical_500206565_attempt_2024-02-20-00-35-07_Practical.zip", zipped([f"Practical/{N}"]))],
        "blackboard", ["500206565"],
    ),
    # mikewesthad/canvas-unzipper, README
    "archives and pictures": (
        [("smithbob_340934_208490284_BobsWork.zip", zipped([f"a/{N}"])), "smithbob_340934_208490284_BobsScreenshot.png",
         ("wellslane_334244_394803489_MyAssignment.zip", zipped([N])), "wellslane_334244_394803489_MyAssignment1.png"],
        "canvas", ["smithbob", "wellslane"],
    ),
    # a script that renames submissions: "cannot handle filepath with . and () in it"
    "dots and brackets in a file's name": (
        ["johnsmith_956227_46792176_project2.xlsm", "johndoe_987122_46871556_Project 4.4 (1).ipynb"], "canvas", ["johndoe"],
    ),
    # paths in an editor's session and in scripts
    "capitals, and a download's own folder around": (
        [f"PrakISI1E4-22324-PENGUMPULAN JURNAL 1 SI4701-SI-47-01 A-4232467/ADILIO ADAHA PUTRA MULYANA_11194447_assignsubmission_file_/{N}",
         f"PrakISI1E4-22324-PENGUMPULAN JURNAL 1 SI4701-SI-47-01 A-4232467/ADNAN RIZKI PRATAMA_11194444_assignsubmission_file_/{N}"],
        "moodle", ["ADILIO ADAHA PUTRA MULYANA", "ADNAN RIZKI PRATAMA"],
    ),
    "brackets, commas and numbers in a name": (
        [f"Qidi SUN (ikun SUN)_1446817_assignsubmission_file_/lab/{N}", f"BAE,WOOJIN-2018147546_6130510_assignsubmission_file_/2018147546_project1/task1/{N}"],
        "moodle", ["Qidi SUN (ikun SUN)", "BAE,WOOJIN-2018147546"],
    ),
    # the manual of a tool for booklets of several pages, each an assignment
    "several downloads side by side": (
        [f"booklet-submissions/Seite 1/Bernd Beispiel_44441_assignsubmission_file_/{N}", "booklet-submissions/Seite 1/Clara Clever_55551_assignsubmission_file_/seite1.pdf",
         f"booklet-submissions/Seite 2/Anna Schmidt_11112_assignsubmission_file_/{N}"],
        "moodle", ["Bernd Beispiel", "Anna Schmidt"],
    ),
    # tools of courses that use Sakai; a test's data
    "blanks before the login": (
        [f"Assignment1/All, Correct (acorrect)/Submission attachment(s)/program1/Program1/src/{N}",
         f"Assignment1/Wortas, Andrew(ajwortas)/Submission attachment(s)/Assignment1 - Andrew Wortas/Assignment1/src/{N}"],
        "sakai", ["acorrect", "ajwortas"],
    ),
    # DigiKlausur/ilias2nbgrader, tests of groups
    "numbers in logins, and one without a notebook": (
        [f"Doe_Jane_jdoe12s_2345678/{N}", f"Doey_Fred_fdoe2s_7654321/{N}", f"Parker_Peter_ppark2s_0123456/{N}", "Norbert_Notebookless_nnote2s_876543/a.txt"],
        "ilias", ["jdoe12s", "fdoe2s", "ppark2s"],
    ),
    # a sorter of submissions, README ("Pilot" is Brightspace)
    "the date in the file's name": (
        [("271836-442356 - Blake Payne - Dec 5, 2024 1149 AM - CatacombCrawler.zip", zipped([f"CatacombCrawler/{N}"]))],
        "brightspace", ["Blake Payne"],
    ),
    # a watcher of folders that OneDrive keeps in step
    "Teams' files as OneDrive has them": (
        [f"Demo Class - Student Work/Submitted files/López García, Ana/Comentario tema 3/{N}", f"Demo Class - Student Work/Submitted files/Pérez, Luis/Comentario tema 3/{N}",
         f"Demo Class - Student Work/Working files/Pérez, Luis/Comentario tema 3/{N}"],
        "teams", ["López García, Ana", "Pérez, Luis"],
    ),
    # a marker's tests of Classroom's folder in Drive, and of an export of Teams'
    "Classroom's folder in Drive": (
        ["Comentario tema 3/Ana López García - Comentario tema 3.ipynb", "Comentario tema 3/Luis Pérez - Comentario tema 3.ipynb", "Comentario tema 3/IMG_2041.jpg"],
        "drive", ["Ana López García", "Luis Pérez"],
    ),
    "an export of Teams'": ([f"Otra tarea/Sara Gil/{N}", f"Otra tarea/Luis Pérez/{N}"], "folders", ["Sara Gil", "Luis Pérez"]),
    # nbgrader's manual, and paths on somebody's machine
    "nbgrader's exchange before and after 0.6": (
        [f"jhamrick+doubling+2017-01-15 00:37:46 UTC/{N}", f"alejandro+doubling+2020-10-09 08:27:41.013624 UTC/{N}"], "exchange", ["jhamrick", "alejandro"],
    ),
    # tests of tools that read GitHub Classroom's grades
    "GitHub Classroom's grades": (
        [f"hw1-alice/{N}", f"hw1-bob/{N}", ("grades.csv", b"assignment_name,assignment_url,starter_code_url,github_username,roster_identifier,student_repository_name\nHW1,u,s,alice,,hw1-alice\nHW1,u,s,bob,,hw1-bob\n")],
        "github", ["alice", "bob"],
    ),
    # parseGradescopeExport's tests
    "Gradescope's export from a Mac": (
        [f"assignment_8046601_export/submission_single/{N}", f"assignment_8046601_export/submission_group/x/{N}", "assignment_8046601_export/.DS_Store",
         "__MACOSX/assignment_8046601_export/._submission_metadata.yml", "assignment_8046601_export/submission_nobundle/answers.txt",
         ("assignment_8046601_export/submission_metadata.yml", b"submission_single:\n  :submitters:\n  - :name: Solo Student\n    :sid: '100'\n    :email: solo@x.edu\nsubmission_group:\n  :submitters:\n  - :name: Pair One\n    :sid: '200'\n  - :name: Pair Two\n    :sid: '201'\nsubmission_nobundle:\n  :submitters:\n  - :name: No Recorder\n    :sid: '300'\n")],
        "gradescope", ["100", "200", "201"],
    ),
}  # fmt: skip


@pytest.mark.parametrize("packed", [False, True])
@pytest.mark.parametrize("name", SEEN)
def test_names_that_were_seen_are_known(course, name, packed):
    files, platform, students = SEEN[name]
    source = laid(course / "download", files)
    if packed:
        source = course / "download.zip"
        source.write_bytes(zipped(files))
    told = collected(course, source)
    assert told.platform == platform
    assert {student for student, path in told.taken.items() if path} == set(students)
