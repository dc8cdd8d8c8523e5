//! The house rules of `sql/`, held against every file, so that nobody has to remember them.
//!
//! What the program itself enforces when it runs a model (the columns of the header are those of the SELECT, a key that is
//! double or empty) is tested beside that code.

use std::collections::BTreeSet;

use datafusion::arrow::record_batch::RecordBatch;
use datafusion::common::tree_node::{TreeNode as _, TreeNodeRecursion};
use datafusion::logical_expr::utils::merge_schema;
use datafusion::logical_expr::{BinaryExpr, Expr, ExprSchemable as _, LogicalPlan, Operator};
use datafusion::prelude::SessionContext;
use datafusion::sql::sqlparser::ast::{SelectItem, SetExpr, Statement};
use datafusion::sql::sqlparser::dialect::GenericDialect;
use datafusion::sql::sqlparser::parser::Parser;
use datafusion::sql::sqlparser::tokenizer::{Token, Tokenizer};
use nulmeting::derive::order::tables_read;
use nulmeting::derive::session::Engine;
use nulmeting::derive::sql_file::{Layer, SqlFile};
use nulmeting::derive::{load, ordered};
use nulmeting::landing::Landing;
use nulmeting::normalise;

use crate::harness::{load_pipeline, published, repository};

fn files() -> Vec<SqlFile> {
    let files = load(None).unwrap();
    assert!(files.len() > 30, "all of sql/ is there");
    files
}

fn statement(file: &SqlFile) -> Vec<Statement> {
    Parser::parse_sql(&GenericDialect {}, &file.text).unwrap_or_else(|error| panic!("{}: {error}", file.path))
}

/// The tokens without white space and comments.
fn tokens(file: &SqlFile) -> Vec<Token> {
    let tokens = Tokenizer::new(&GenericDialect {}, &file.text).tokenize().unwrap();
    tokens
        .into_iter()
        .filter(|token| !matches!(token, Token::Whitespace(_)))
        .collect()
}

fn is_word(token: Option<&Token>, words: &[&str]) -> bool {
    matches!(token, Some(Token::Word(word)) if words.contains(&word.value.to_lowercase().as_str()))
}

#[test]
fn each_file_is_one_select_of_less_than_600_lines() {
    for file in files() {
        let statements = statement(&file);
        assert_eq!(statements.len(), 1, "{}", file.path);
        assert!(matches!(statements[0], Statement::Query(_)), "{}", file.path);
        assert!(file.text.lines().count() < 600, "{}", file.path);
    }
}

#[test]
fn no_file_selects_everything() {
    for file in files() {
        let tokens = tokens(&file);
        for (index, token) in tokens.iter().enumerate() {
            if *token != Token::Mul {
                continue;
            }
            // `count(*)` counts rows and names no column.
            let is_count = index >= 2
                && tokens[index - 1] == Token::LParen
                && is_word(tokens.get(index - 2), &["count"]);
            let before = index.checked_sub(1).and_then(|before| tokens.get(before));
            let is_wildcard = is_word(before, &["select", "distinct"])
                || matches!(before, Some(Token::Comma | Token::Period))
                || (matches!(before, Some(Token::LParen)) && !is_count);
            assert!(!is_wildcard, "{} selects everything", file.path);
        }
    }
}

#[test]
fn no_file_asks_the_clock_or_chance() {
    const NOT_THE_SAME_TWICE: [&str; 11] = [
        "now",
        "current_date",
        "current_time",
        "current_timestamp",
        "localtime",
        "localtimestamp",
        "today",
        "random",
        "rand",
        "uuid",
        "getdate",
    ];
    for file in files() {
        for token in &tokens(&file) {
            assert!(
                !is_word(Some(token), &NOT_THE_SAME_TWICE),
                "{}: {token}",
                file.path
            );
        }
    }
}

#[test]
fn every_expression_that_comes_out_has_a_name() {
    for file in files() {
        let Some(Statement::Query(query)) = statement(&file).into_iter().next() else {
            panic!("{}", file.path)
        };
        let parts = query
            .with
            .iter()
            .flat_map(|with| with.cte_tables.iter().map(|table| &table.query));
        for part in parts.chain([&query]) {
            named(&part.body, &file.path);
        }
    }
}

fn named(set: &SetExpr, path: &str) {
    match set {
        SetExpr::SetOperation { left, right, .. } => {
            named(left, path);
            named(right, path);
        }
        SetExpr::Query(query) => named(&query.body, path),
        SetExpr::Select(select) => {
            for item in &select.projection {
                use datafusion::sql::sqlparser::ast::Expr::{CompoundIdentifier, Identifier};
                let has_name = matches!(
                    item,
                    SelectItem::ExprWithAlias { .. }
                        | SelectItem::UnnamedExpr(Identifier(_) | CompoundIdentifier(_))
                );
                assert!(has_name, "{path}: `{item}` has no name");
            }
        }
        other => panic!("{path}: {other} is no SELECT"),
    }
}

#[test]
fn names_are_lower_snake_and_headers_complete_and_dutch() {
    let english = [
        " the ", " and ", " with ", " which ", " from ", " number ", " value ", " row ",
    ];
    for file in files() {
        let names = file.columns.iter().map(|column| &column.name).chain([&file.name]);
        for name in names {
            let is_snake = name.starts_with(|letter: char| letter.is_ascii_lowercase())
                && name
                    .bytes()
                    .all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'_');
            assert!(is_snake, "{}: {name}", file.path);
        }
        let texts = file
            .columns
            .iter()
            .map(|column| &column.description)
            .chain([&file.purpose]);
        for text in texts {
            assert!(!text.is_empty(), "{}: a description is empty", file.path);
            let padded = format!(" {} ", text.to_lowercase());
            let word = english.iter().find(|word| padded.contains(**word));
            assert_eq!(word, None, "{}: {text}", file.path);
        }
        let columns: BTreeSet<&str> = file.columns.iter().map(|column| column.name.as_str()).collect();
        assert_eq!(
            columns.len(),
            file.columns.len(),
            "{}: a column is described twice",
            file.path
        );
        if file.layer == Layer::Check {
            assert!(
                file.severity.is_some() && !file.tested.is_empty(),
                "{}",
                file.path
            );
            assert_eq!(columns, ["sleutel", "stand", "bevinding"].into(), "{}", file.path);
        } else {
            assert!(!file.grain.is_empty() && !file.key.is_empty(), "{}", file.path);
            assert!(
                file.key.iter().all(|key| columns.contains(key.as_str())),
                "{}",
                file.path
            );
        }
    }
}

/// The tables that a run gives to its checks, as they are without anything in them.
const GIVEN_TO_CHECKS: [(&str, &str); 11] = [
    ("ruw_bewogen", "SELECT '' AS tabel, '' AS bron"),
    (
        "ruw_vorig_oordeel_reeks",
        "SELECT '' AS reeks, CAST(1 AS BIGINT) AS jaar, CAST(1 AS BIGINT) AS waarde, CAST(1 AS BIGINT) AS basis, CAST(1 AS BIGINT) AS vorig, '' AS oordeel, '' AS oordeel_vorig",
    ),
    (
        "ruw_vorig_oordeel_thema",
        "SELECT '' AS thema, CAST(1 AS BIGINT) AS jaar, CAST(1 AS BIGINT) AS waarde, CAST(1 AS BIGINT) AS basis, CAST(1 AS BIGINT) AS vorig, '' AS oordeel, '' AS oordeel_vorig",
    ),
    (
        "ruw_vorige_plaats",
        "SELECT '' AS reeks, CAST(1 AS BIGINT) AS jaar, CAST(1 AS BIGINT) AS samen, CAST(1 AS BIGINT) AS waarde, CAST(1 AS BIGINT) AS rang, '' AS oordeel",
    ),
    (
        "ruw_aanvaardingen",
        "SELECT '' AS controle, '' AS sleutel, '' AS stand, '' AS stand_nu, false AS geldt, false AS is_controle",
    ),
    (
        "ruw_bevindingen",
        "SELECT '' AS controle, '' AS sleutel, '' AS bevinding, CAST(1 AS BIGINT) AS volgorde, false AS is_aanvaard",
    ),
    (
        "ruw_controles",
        "SELECT '' AS controle, '' AS ernst, '' AS doel, CAST(1 AS BIGINT) AS gezien, '' AS getoetst",
    ),
    (
        "ruw_omvang",
        "SELECT '' AS tabel, CAST(1 AS BIGINT) AS rijen, CAST(1 AS BIGINT) AS rijen_vorig",
    ),
    (
        "ruw_vorige_indeling",
        "SELECT '' AS bron, CAST(1 AS INT) AS indeling",
    ),
    ("ruw_vorig_rapportjaar", "SELECT CAST(2022 AS BIGINT) AS jaar"),
    (
        "ruw_vorige_nulmeting",
        "SELECT '' AS reeks, CAST(1 AS BIGINT) AS waarde_vastgesteld",
    ),
];

/// A session in which every file of `sql/` can be planned, and the files in the order in which they can. Each model is an
/// empty table in it: only the types matter.
fn planned(scratch: &std::path::Path) -> (Engine, Vec<SqlFile>) {
    let engine = Engine::new().unwrap();
    let pipeline = load_pipeline(&repository().join("pipelines/hengelo.toml")).unwrap();
    let landing = Landing::open(published()).unwrap();
    let mut given = BTreeSet::new();
    for table in normalise::read(&pipeline, &landing, scratch, None, chrono::NaiveDate::MAX).unwrap() {
        table.rows.register(&engine, &table.name).unwrap();
        given.insert(table.name);
    }
    let behind = normalise::sources_behind(&[]).unwrap();
    behind.rows.register(&engine, &behind.name).unwrap();
    given.insert(behind.name);
    for (name, sql) in GIVEN_TO_CHECKS {
        engine.register_view(name, name, sql).unwrap();
        given.insert(name.to_owned());
    }
    let layers = [Layer::Norm, Layer::Step, Layer::Mart, Layer::Check];
    let mut files = Vec::new();
    for (file, _) in ordered(&engine, &self::files(), &layers, &given).unwrap() {
        let schema = plan_of(&engine, &file.text).schema().inner().clone();
        engine
            .register_rows(&file.name, RecordBatch::new_empty(schema))
            .unwrap();
        files.push(file);
    }
    (engine, files)
}

#[test]
fn every_check_counts_rows_that_can_be_counted() {
    let folder = tempfile::tempdir().unwrap();
    let (engine, files) = planned(folder.path());
    for check in files.iter().filter(|file| file.layer == Layer::Check) {
        plan_of(&engine, &format!("SELECT count(*) FROM {}", check.looked_at));
    }
}

fn plan_of(engine: &Engine, sql: &str) -> LogicalPlan {
    let session: &SessionContext = engine.session();
    engine.wait(session.sql(sql)).unwrap().into_unoptimized_plan()
}

/// Divisions of one whole number by another, which drop what is left over.
fn whole_divisions(plan: &LogicalPlan) -> Vec<String> {
    let mut found = Vec::new();
    plan.apply_with_subqueries(|node| {
        let schema = merge_schema(&node.inputs());
        node.apply_expressions(|expression| {
            expression.apply(|part| {
                if let Expr::BinaryExpr(BinaryExpr {
                    left,
                    op: Operator::Divide | Operator::Modulo,
                    right,
                }) = part
                {
                    let is_whole = |side: &Expr| side.get_type(&schema).is_ok_and(|kind| kind.is_integer());
                    if is_whole(left) && is_whole(right) {
                        found.push(part.to_string());
                    }
                }
                Ok(TreeNodeRecursion::Continue)
            })
        })
    })
    .unwrap();
    found
}

#[test]
fn no_whole_number_is_divided_by_a_whole_number() {
    let folder = tempfile::tempdir().unwrap();
    let (engine, files) = planned(folder.path());
    for file in &files {
        let found = whole_divisions(&plan_of(&engine, &file.text));
        assert_eq!(found, Vec::<String>::new(), "{}", file.path);
    }
    // The search itself finds what it looks for, also inside a WITH and behind names.
    let wrong = "WITH jaren AS (SELECT jaar, rijen FROM (SELECT 2019 AS jaar, count(*) AS rijen FROM reeks))
        SELECT CASE WHEN jaar > 2000 THEN round(100.0 * (rijen / jaar), 1) END AS deel FROM jaren";
    assert_eq!(whole_divisions(&plan_of(&engine, wrong)).len(), 1);
}

#[test]
fn the_binary_carries_the_sql_of_the_repository() {
    let mut of_the_repository = load(Some(&repository().join("sql"))).unwrap();
    let mut of_the_binary = files();
    for files in [&mut of_the_repository, &mut of_the_binary] {
        files.sort_by(|one, other| one.path.cmp(&other.path));
    }
    assert_eq!(of_the_binary, of_the_repository);
}

#[test]
fn every_step_is_read_by_another_file() {
    let engine = Engine::new().unwrap();
    let files = files();
    let mut read = BTreeSet::new();
    for file in &files {
        read.extend(tables_read(engine.session(), &file.path, &file.text).unwrap());
    }
    for step in files.iter().filter(|file| file.layer == Layer::Step) {
        assert!(read.contains(&step.name), "{} is read by nobody", step.path);
    }
}
