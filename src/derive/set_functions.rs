//! The statistics that need a set of places at once, as SQL functions on lists.
//!
//! A rank and a funnel say something about a place among others, so they cannot be computed row by row. They take the counts
//! and the inhabitants of all places as two lists in one order (`array_agg`), and give one number for the set or a list in
//! the same order, which SQL takes apart with `unnest`. The level of a year among the years of its series is asked in the same
//! way, with the counts and their years. Lists and not a window function, because then the same SQL runs on
//! a second engine. Where numbers of a list are added (the funnel) the SQL states its order; for a rank it does not matter.
//!
//! NULL in gives NULL out, also for lists of unequal length, a NULL within a list, and numbers outside a function's domain
//! (see [`crate::statistics`], which holds the arithmetic and its tests).

use std::hash::{Hash, Hasher};
use std::sync::Arc;

use datafusion::arrow::array::{Array, ArrayRef, Float64Array, Float64Builder, ListArray, ListBuilder};
use datafusion::arrow::datatypes::DataType;
use datafusion::common::cast::{as_float64_array, as_list_array};
use datafusion::error::Result;
use datafusion::logical_expr::{
    ColumnarValue, ScalarFunctionArgs, ScalarUDF, ScalarUDFImpl, Signature, Volatility,
};

use crate::statistics::funnel::Funnel;
use crate::statistics::level::{self, Standing, Tolerance};
use crate::statistics::{Observed, rank};

/// From the years and counts of a series, and the numbers after them, one number for each year.
type OfYears = fn(&[(f64, f64)], &[f64]) -> Option<Vec<f64>>;

/// What a function computes from a set of places and the numbers after the two lists.
#[derive(Debug, Clone, Copy)]
enum Arithmetic {
    /// One number for the set.
    Number(fn(&[Observed], &[f64]) -> Option<f64>),
    /// One place in a ranking for each place, in the order given.
    Places(fn(&[Observed], &[f64]) -> Option<Vec<usize>>),
    /// One number for each year of a series, in the order given: its list is of years and counts.
    Years(OfYears),
}

/// One function: its name in SQL, the names of the numbers that it takes after the two lists (`counts` and `inhabitants`, or
/// `years` and `counts`), and its arithmetic.
struct Entry {
    name: &'static str,
    numbers: &'static [&'static str],
    arithmetic: Arithmetic,
}

const FUNCTIONS: &[Entry] = &[
    Entry {
        name: "funnel_overdispersion",
        numbers: &["winsorised_tail"],
        arithmetic: Arithmetic::Number(funnel_overdispersion),
    },
    Entry {
        name: "funnel_between_variance",
        numbers: &["winsorised_tail"],
        arithmetic: Arithmetic::Number(funnel_between_variance),
    },
    Entry {
        name: "rank_place",
        numbers: &[],
        arithmetic: Arithmetic::Places(rank_place),
    },
    Entry {
        name: "rank_highest",
        numbers: &["tau2", "alpha"],
        arithmetic: Arithmetic::Places(rank_highest),
    },
    Entry {
        name: "rank_lowest",
        numbers: &["tau2", "alpha"],
        arithmetic: Arithmetic::Places(rank_lowest),
    },
    Entry {
        name: "level_number",
        numbers: &["lower", "upper", "minimum", "years_of_a_level"],
        arithmetic: Arithmetic::Years(level_number),
    },
    Entry {
        name: "level_against",
        numbers: &["lower", "upper", "minimum", "years_of_a_level"],
        arithmetic: Arithmetic::Years(level_against),
    },
];

/// The functions to register with a session.
pub fn all() -> Vec<ScalarUDF> {
    FUNCTIONS
        .iter()
        .map(|entry| ScalarUDF::from(SetFunction::new(entry)))
        .collect()
}

// The slices of numbers below have the length of `numbers`: the signature lets nothing else through.

fn funnel_overdispersion(places: &[Observed], numbers: &[f64]) -> Option<f64> {
    let [tail] = *numbers else { return None };
    Some(Funnel::fit(places, tail)?.overdispersion)
}

fn funnel_between_variance(places: &[Observed], numbers: &[f64]) -> Option<f64> {
    let [tail] = *numbers else { return None };
    Some(Funnel::fit(places, tail)?.between_variance)
}

fn rank_place(places: &[Observed], _numbers: &[f64]) -> Option<Vec<usize>> {
    rank::places(places)
}

fn rank_highest(places: &[Observed], numbers: &[f64]) -> Option<Vec<usize>> {
    let [tau2, alpha] = *numbers else { return None };
    rank::highest(places, tau2, alpha)
}

fn rank_lowest(places: &[Observed], numbers: &[f64]) -> Option<Vec<usize>> {
    let [tau2, alpha] = *numbers else { return None };
    rank::lowest(places, tau2, alpha)
}

fn level_number(series: &[(f64, f64)], numbers: &[f64]) -> Option<Vec<f64>> {
    let number = |standing: &Standing| standing.level as f64;
    Some(standings(series, numbers)?.iter().map(number).collect())
}

fn level_against(series: &[(f64, f64)], numbers: &[f64]) -> Option<Vec<f64>> {
    let against = |standing: &Standing| standing.against;
    Some(standings(series, numbers)?.iter().map(against).collect())
}

fn standings(series: &[(f64, f64)], numbers: &[f64]) -> Option<Vec<Standing>> {
    let [lower, upper, minimum, years] = *numbers else {
        return None;
    };
    let tolerance = Tolerance {
        lower,
        upper,
        minimum,
        years,
    };
    level::standings(series, tolerance)
}

/// An [`Entry`] as the engine wants it.
#[derive(Debug)]
struct SetFunction {
    name: &'static str,
    arithmetic: Arithmetic,
    signature: Signature,
}

impl SetFunction {
    fn new(entry: &Entry) -> Self {
        let mut types = vec![DataType::new_list(DataType::Float64, true); 2];
        types.extend(entry.numbers.iter().map(|_| DataType::Float64));
        Self {
            name: entry.name,
            arithmetic: entry.arithmetic,
            signature: Signature::exact(types, Volatility::Immutable),
        }
    }
}

// Two functions are the same when their names are: addresses of code say nothing.
impl PartialEq for SetFunction {
    fn eq(&self, other: &Self) -> bool {
        self.name == other.name
    }
}

impl Eq for SetFunction {}

impl Hash for SetFunction {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.name.hash(state);
    }
}

impl ScalarUDFImpl for SetFunction {
    fn name(&self) -> &str {
        self.name
    }

    fn signature(&self) -> &Signature {
        &self.signature
    }

    fn return_type(&self, _argument_types: &[DataType]) -> Result<DataType> {
        Ok(match self.arithmetic {
            Arithmetic::Number(_) => DataType::Float64,
            Arithmetic::Places(_) | Arithmetic::Years(_) => DataType::new_list(DataType::Float64, true),
        })
    }

    fn invoke_with_args(&self, arguments: ScalarFunctionArgs) -> Result<ColumnarValue> {
        let rows = arguments.number_rows;
        let columns: Vec<ArrayRef> = arguments
            .args
            .into_iter()
            .map(|argument| argument.into_array(rows))
            .collect::<Result<_>>()?;
        let (lists, numbers) = columns.split_at(columns.len().min(2));
        let lists: Vec<&ListArray> = lists
            .iter()
            .map(|column| as_list_array(column))
            .collect::<Result<_>>()?;
        let numbers: Vec<&Float64Array> = numbers
            .iter()
            .map(|column| as_float64_array(column))
            .collect::<Result<_>>()?;
        let sets = (0..rows).map(|row| set_in(&lists, &numbers, row));
        let observed = |pairs: &[(f64, f64)]| -> Vec<Observed> {
            let places = pairs.iter();
            places
                .map(|&(count, inhabitants)| Observed { count, inhabitants })
                .collect()
        };
        let mut of_each = ListBuilder::new(Float64Builder::new());
        let mut append = |found: Option<Vec<f64>>| {
            of_each.append_option(found.map(|found| found.into_iter().map(Some)));
        };
        let answers: ArrayRef = match self.arithmetic {
            Arithmetic::Number(of) => {
                let mut answers = Float64Builder::with_capacity(rows);
                for set in sets {
                    answers.append_option(set?.and_then(|(pairs, numbers)| of(&observed(&pairs), &numbers)));
                }
                Arc::new(answers.finish())
            }
            Arithmetic::Places(of) => {
                for set in sets {
                    let found = set?.and_then(|(pairs, numbers)| of(&observed(&pairs), &numbers));
                    append(found.map(|places| places.into_iter().map(|place| place as f64).collect()));
                }
                Arc::new(of_each.finish())
            }
            Arithmetic::Years(of) => {
                for set in sets {
                    append(set?.and_then(|(pairs, numbers)| of(&pairs, &numbers)));
                }
                Arc::new(of_each.finish())
            }
        };
        Ok(ColumnarValue::Array(answers))
    }
}

/// The pairs and numbers of a row; none where anything is not known.
type Set = Option<(Vec<(f64, f64)>, Vec<f64>)>;

fn set_in(lists: &[&ListArray], numbers: &[&Float64Array], row: usize) -> Result<Set> {
    Ok(pairs_in(lists, row)?.zip(numbers_in(numbers, row)))
}

/// The pairs that two lists hold in a row; none where a list or a number in it is NULL, or their lengths differ.
fn pairs_in(lists: &[&ListArray], row: usize) -> Result<Option<Vec<(f64, f64)>>> {
    let [first, second] = lists else {
        return Ok(None);
    };
    if first.is_null(row) || second.is_null(row) {
        return Ok(None);
    }
    let (first, second) = (first.value(row), second.value(row));
    let (first, second) = (as_float64_array(&first)?, as_float64_array(&second)?);
    if first.len() != second.len() || first.null_count() + second.null_count() > 0 {
        return Ok(None);
    }
    let pairs = first.values().iter().zip(second.values());
    Ok(Some(pairs.map(|(one, other)| (*one, *other)).collect()))
}

/// The numbers of a row; none where one is NULL.
fn numbers_in(columns: &[&Float64Array], row: usize) -> Option<Vec<f64>> {
    columns
        .iter()
        .map(|column| column.is_valid(row).then(|| column.value(row)))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::derive::session::Engine;

    /// The toy funnel of test value 27, and a place that has no count.
    const TOY: &str = "(VALUES (1, 10.0, 1000.0), (2, 20.0, 1000.0), (3, 30.0, 2000.0), (4, 40.0, 2000.0),
        (5, 100.0, 3000.0)) AS t(plaats, waarde, inwoners)";
    const WITH_A_HOLE: &str = "(VALUES (1, 10.0, 1000.0), (2, NULL, 1000.0), (3, 30.0, 2000.0))
        AS t(plaats, waarde, inwoners)";

    /// What an expression on the two lists gives, one text a row; lists are taken apart.
    fn ask(expression: &str, from: &str) -> Vec<Option<f64>> {
        let expression = expression.replace(
            "LISTS",
            "array_agg(CAST(waarde AS DOUBLE) ORDER BY plaats), array_agg(CAST(inwoners AS DOUBLE) ORDER BY plaats)",
        );
        let sql = format!("SELECT {expression} AS a FROM {from}");
        let batches = Engine::new().unwrap().query("proef", &sql).unwrap();
        let mut found = Vec::new();
        for batch in batches {
            let column = as_float64_array(batch.column(0)).unwrap();
            found.extend(column.iter());
        }
        found
    }

    #[test]
    fn the_toy_funnel_gives_test_value_27_through_sql() {
        for (function, printed) in [
            ("funnel_overdispersion", 3.662_441_891),
            ("funnel_between_variance", 0.023_372_761_41),
        ] {
            let found = ask(&format!("{function}(LISTS, 0.1)"), TOY)[0].unwrap();
            assert!((found - printed).abs() <= 1e-9 * printed, "{function}: {found}");
        }
    }

    #[test]
    fn ranks_come_out_in_the_order_of_the_lists() {
        // Rates per 1,000: 10, 20, 15, 20, 33.3; the ends were computed with NumPy.
        let of = |function: &str| -> Vec<f64> {
            let answers = ask(&format!("unnest({function})"), TOY);
            answers.into_iter().map(Option::unwrap).collect()
        };
        assert_eq!(of("rank_place(LISTS)"), [5.0, 2.0, 4.0, 2.0, 1.0]);
        assert_eq!(of("rank_highest(LISTS, 0.01, 0.05)"), [2.0, 1.0, 2.0, 2.0, 1.0]);
        assert_eq!(of("rank_lowest(LISTS, 0.01, 0.05)"), [5.0, 5.0, 5.0, 5.0, 2.0]);
    }

    #[test]
    fn a_year_that_left_its_level_is_told_in_the_order_of_the_lists() {
        let from = "(VALUES (2021, 1628.0), (2022, 3907.0), (2020, 3828.0)) AS t(jaar, waarde)";
        let lists = "array_agg(CAST(jaar AS DOUBLE)), array_agg(waarde)";
        let of = |function: &str| {
            ask(
                &format!("unnest({function}({lists}, 0.6, 1.6, 500.0, 3.0))"),
                from,
            )
        };
        assert_eq!(of("level_number"), [Some(0.0), Some(1.0), Some(1.0)]);
        assert_eq!(of("level_against"), [Some(3828.0); 3]);
    }

    #[test]
    fn what_is_not_known_gives_null_and_never_an_answer_for_the_rest() {
        for expression in ["funnel_between_variance(LISTS, 0.1)", "unnest(rank_place(LISTS))"] {
            assert!(
                ask(expression, WITH_A_HOLE).iter().all(Option::is_none),
                "{expression}"
            );
        }
        let unknown_dispersion = "unnest(rank_highest(LISTS, CAST(NULL AS DOUBLE), 0.05))";
        assert!(ask(unknown_dispersion, TOY).iter().all(Option::is_none));
        let unequal =
            "funnel_overdispersion(array_agg(waarde), array_agg(waarde) FILTER (WHERE plaats > 1), 0.1)";
        assert_eq!(ask(unequal, TOY), [None]);
    }

    #[test]
    fn a_wrong_number_of_arguments_is_refused_before_it_runs() {
        let sql = format!("SELECT rank_place(array_agg(waarde)) AS a FROM {TOY}");
        assert!(Engine::new().unwrap().query("proef", &sql).is_err());
    }
}
