//! A question that cannot be answered: what is wrong, where, and what was meant, in words and on one line.

use crate::cli::ask;

/// What a question is told: everything on stderr before the hint, and the hint.
fn told(question: &str) -> (String, String) {
    let ended = ask(&[question]).with(2);
    assert_eq!(ended.stdout, "", "{question}");
    for engine in [
        "Error(",
        "Schema error",
        "planning",
        "Utf8",
        "Int64",
        "datafusion",
        "Valid fields",
        "DataFusion",
    ] {
        assert!(!ended.stderr.contains(engine), "{question}: {}", ended.stderr);
    }
    let (message, hint) = ended
        .stderr
        .split_once("\n\nhint: ")
        .unwrap_or((&ended.stderr, ""));
    assert_eq!(message.trim_end().lines().count(), 1, "{question}: {message}");
    assert!(ended.stderr.len() < 400, "{question}: {}", ended.stderr);
    (message.trim_end().to_owned(), hint.trim_end().to_owned())
}

#[track_caller]
fn says(cases: &[(&str, &str, &str)]) {
    for (question, message, hint) in cases {
        assert_eq!(
            told(question),
            (format!("error: {message}"), (*hint).to_owned()),
            "{question}"
        );
    }
}

#[test]
fn an_unknown_table_is_named_with_the_nearest_ones() {
    says(&[
        (
            "select * from nulmetng",
            "line 1, column 15: there is no table `nulmetng`",
            "perhaps `nulmeting` is meant; `show tables` lists the tables",
        ),
        (
            "describe xyzzyxyzzy",
            "there is no table `xyzzyxyzzy`",
            "`show tables` lists the tables",
        ),
        (
            "select x.waarde from nulmeting as n",
            "line 1, column 8: `x` is no table of this question",
            "it reads `n`",
        ),
    ]);
}

#[test]
fn an_unknown_column_is_named_with_the_nearest_ones_and_how_to_see_them() {
    says(&[
        (
            "select jar\nfrom delicten_jaar",
            "line 1, column 8: `delicten_jaar` has no column `jar`",
            "perhaps `jaar` is meant; `describe delicten_jaar` shows its columns",
        ),
        (
            "select reeks from nulmeting\nwhere xyzzy = 1",
            "line 2, column 7: `nulmeting` has no column `xyzzy`",
            "`describe nulmeting` shows its columns",
        ),
        (
            "select reeks from nulmeting where reeks = \"mand\"",
            "line 1, column 43: `nulmeting` has no column `mand`",
            "text stands between single quotes: 'mand'",
        ),
        (
            "select \"Reeks\" from nulmeting",
            "line 1, column 8: `nulmeting` has no column `Reeks`",
            "names are in small letters: `reeks`",
        ),
        (
            "select naam from nulmeting as n join reeks as r on r.reeks = n.reeks",
            "line 1, column 8: more than one table of the question has a column `naam`",
            "say of which: `table.naam`",
        ),
    ]);
    // Part of a name: the names that it is a part of, and never all of the nineteen.
    let (message, hint) = told("select waard from nulmeting");
    assert_eq!(
        message,
        "error: line 1, column 8: `nulmeting` has no column `waard`"
    );
    assert!(
        hint.contains("`waarde_bron`") && !hint.contains("aanvaard_op"),
        "{hint}"
    );
}

const ONLY_READS: &str =
    "a question can only read: it begins with `select`, `with`, `show`, `describe` or `explain`";

#[test]
fn a_syntax_error_has_its_line_and_column_and_what_stands_there() {
    says(&[
        (
            "SELEKT 1",
            "line 1, column 1: expected an SQL statement, found `SELEKT`",
            ONLY_READS,
        ),
        (
            "select *\nform nulmeting",
            "line 2, column 1: expected end of statement, found `form`",
            "",
        ),
        (
            "select reeks from nulmeting where",
            "expected an expression, found the end of the question",
            "",
        ),
        ("select 'abc", "line 1, column 8: unterminated string literal", ""),
        ("", "the question is empty", ONLY_READS),
        (
            "select 1; select 2",
            "expected one question, found more than one",
            "ask them one by one",
        ),
    ]);
}

#[test]
fn a_statement_that_writes_is_told_that_a_question_reads() {
    for question in [
        "drop table nulmeting",
        "delete from nulmeting",
        "update nulmeting set reeks = 'a'",
        "insert into nulmeting select * from nulmeting",
        "copy (select 1) to 'x.csv'",
        "create view v as select 1",
        "set a = 1",
        "begin",
        "explain analyze copy (select 1 as a) to 'x.csv'",
    ] {
        says(&[(
            question,
            "the question would write or change something",
            ONLY_READS,
        )]);
    }
}

#[test]
fn a_function_that_does_not_exist_or_takes_something_else_is_told_so() {
    let cast = "`cast(… as …)` makes another kind of a value: int, double, varchar, date";
    says(&[
        (
            "select summ(waarde_bron) from nulmeting",
            "line 1, column 8: there is no function `summ`",
            "perhaps `sum` is meant",
        ),
        (
            "select xyzzyxyzzy(1)",
            "line 1, column 8: there is no function `xyzzyxyzzy`",
            "",
        ),
        (
            "select sum(reeks) from nulmeting",
            "the function `sum` does not take text",
            cast,
        ),
        (
            "select round('a', 1)",
            "the function `round` does not take text, a whole number",
            cast,
        ),
        (
            "select max(sum(waarde)) from delicten_jaar",
            "line 1, column 16: a sum, a count or the like stands inside another one",
            "make the inner one a question in brackets after `from`",
        ),
        (
            "select count(*), reeks from nulmeting",
            "line 1, column 18: `nulmeting.reeks` stands beside a sum, a count or the like, and is not grouped by",
            "add `group by nulmeting.reeks`, or ask for `max(nulmeting.reeks)`",
        ),
    ]);
}

#[test]
fn values_of_kinds_that_do_not_go_together_are_named_in_words() {
    let read = "`try_cast(… as …)` makes NULL of what cannot be read";
    says(&[
        (
            "select reeks + 1 from nulmeting",
            "line 1, column 8: `+` does not go with text and a whole number",
            "`cast(… as …)` makes another kind of a value: int, double, varchar, date",
        ),
        (
            "select reeks from nulmeting where waarde_bron = 'abc'",
            "`abc` cannot be read as a whole number",
            read,
        ),
        (
            "select date '2020-13-45'",
            "`2020-13-45` cannot be read as a day",
            read,
        ),
        (
            "select jaar from delicten_jaar where jaar like '2%'",
            "`like` does not go with a whole number and text",
            "make them the same kind with `cast(… as …)`",
        ),
        (
            "select 1 / 0",
            "something is divided by 0",
            "`nullif(x, 0)` makes nothing of a 0",
        ),
        (
            "select reeks from nulmeting union select reeks, waarde_bron from nulmeting",
            "line 1, column 1: the parts of a `union` have not the same number of columns",
            "",
        ),
        (
            "select (select reeks from nulmeting)",
            "a question in brackets that stands for one value gave more than one row",
            "let it give one row: `max(…)`, `limit 1`, or a join instead",
        ),
    ]);
}
