//! The statistics as SQL functions, so that a mart reads like the specification.
//!
//! All take numbers and give a number; NULL in gives NULL out, and so does an argument outside a function's domain
//! (see [`crate::statistics`], which holds the arithmetic and its tests). What needs a set of places and not one row is
//! in [`super::set_functions`]. `tau2` that is NULL means that the dispersion
//! is not known: the answer is then NULL as well, never the narrower Poisson answer.

use std::hash::{Hash, Hasher};
use std::sync::Arc;

use datafusion::arrow::array::{Array, ArrayRef, Float64Array, Float64Builder};
use datafusion::arrow::datatypes::DataType;
use datafusion::common::cast::as_float64_array;
use datafusion::error::Result;
use datafusion::logical_expr::{
    ColumnarValue, ScalarFunctionArgs, ScalarUDF, ScalarUDFImpl, Signature, Volatility,
};

use crate::statistics::pair::Pair;
use crate::statistics::published::Published;
use crate::statistics::share::Share;
use crate::statistics::{Observed, count, funnel, mean, outlook, part_year};

/// What a function computes from its arguments, none of them NULL.
type Arithmetic = fn(&[f64]) -> Option<f64>;

/// One statistical function: its name in SQL, the names of its arguments, and its arithmetic.
struct Entry {
    name: &'static str,
    arguments: &'static [&'static str],
    arithmetic: Arithmetic,
}

/// Every function, in the order of the files of [`crate::statistics`].
const FUNCTIONS: &[Entry] = &[
    Entry {
        name: "count_lower",
        arguments: &["count", "tau2", "alpha"],
        arithmetic: count_lower,
    },
    Entry {
        name: "count_upper",
        arguments: &["count", "tau2", "alpha"],
        arithmetic: count_upper,
    },
    Entry {
        name: "rate_ratio",
        arguments: &["x0", "x1", "n0", "n1"],
        arithmetic: rate_ratio,
    },
    Entry {
        name: "rate_ratio_lower",
        arguments: &["x0", "x1", "n0", "n1", "tau2", "alpha"],
        arithmetic: rate_ratio_lower,
    },
    Entry {
        name: "rate_ratio_upper",
        arguments: &["x0", "x1", "n0", "n1", "tau2", "alpha"],
        arithmetic: rate_ratio_upper,
    },
    Entry {
        name: "pair_p_value",
        arguments: &["x0", "x1", "n0", "n1", "tau2"],
        arithmetic: pair_p_value,
    },
    Entry {
        name: "share_lower",
        arguments: &["share", "effective_n", "alpha"],
        arithmetic: share_lower,
    },
    Entry {
        name: "share_upper",
        arguments: &["share", "effective_n", "alpha"],
        arithmetic: share_upper,
    },
    Entry {
        name: "share_change_p_value",
        arguments: &["share0", "effective_n0", "share1", "effective_n1"],
        arithmetic: share_change_p_value,
    },
    Entry {
        name: "published_change_p_value",
        arguments: &[
            "value0", "lower0", "upper0", "value1", "lower1", "upper1", "alpha",
        ],
        arithmetic: published_change_p_value,
    },
    Entry {
        name: "mean_margin",
        arguments: &["n", "standard_deviation", "design_effect", "alpha"],
        arithmetic: mean_margin,
    },
    Entry {
        name: "outlook_lower",
        arguments: &["last_count", "step_deviation", "steps", "horizon", "alpha"],
        arithmetic: outlook_lower,
    },
    Entry {
        name: "outlook_upper",
        arguments: &["last_count", "step_deviation", "steps", "horizon", "alpha"],
        arithmetic: outlook_upper,
    },
    Entry {
        name: "part_year_phi",
        arguments: &["observed", "share", "tau2"],
        arithmetic: part_year_phi,
    },
    Entry {
        name: "part_year_seasonal_phi",
        arguments: &["observed", "mean_share", "share_deviation", "years", "alpha"],
        arithmetic: part_year_seasonal_phi,
    },
    Entry {
        name: "part_year_lower",
        arguments: &["observed", "share", "phi", "alpha"],
        arithmetic: part_year_lower,
    },
    Entry {
        name: "part_year_upper",
        arguments: &["observed", "share", "phi", "alpha"],
        arithmetic: part_year_upper,
    },
    Entry {
        name: "funnel_lower",
        arguments: &["rate", "between_variance", "inhabitants", "alpha"],
        arithmetic: funnel_lower,
    },
    Entry {
        name: "funnel_upper",
        arguments: &["rate", "between_variance", "inhabitants", "alpha"],
        arithmetic: funnel_upper,
    },
];

/// The functions to register with a session.
pub fn all() -> Vec<ScalarUDF> {
    FUNCTIONS
        .iter()
        .map(|entry| ScalarUDF::from(NumberFunction::new(entry)))
        .collect()
}

// The slices below have the length of `arguments`: the signature lets nothing else through.

fn count_lower(a: &[f64]) -> Option<f64> {
    let [x, tau2, alpha] = *a else { return None };
    Some(count::interval(x, count::widening(x, tau2)?, alpha)?.lower)
}

fn count_upper(a: &[f64]) -> Option<f64> {
    let [x, tau2, alpha] = *a else { return None };
    Some(count::interval(x, count::widening(x, tau2)?, alpha)?.upper)
}

fn pair(x0: f64, x1: f64, n0: f64, n1: f64, tau2: f64) -> Option<Pair> {
    Pair::new(
        Observed {
            count: x0,
            inhabitants: n0,
        },
        Observed {
            count: x1,
            inhabitants: n1,
        },
        tau2,
    )
}

fn rate_ratio(a: &[f64]) -> Option<f64> {
    let [x0, x1, n0, n1] = *a else { return None };
    pair(x0, x1, n0, n1, 0.0)?.rate_ratio()
}

fn rate_ratio_lower(a: &[f64]) -> Option<f64> {
    let [x0, x1, n0, n1, tau2, alpha] = *a else {
        return None;
    };
    Some(pair(x0, x1, n0, n1, tau2)?.limits(alpha)?.lower)
}

fn rate_ratio_upper(a: &[f64]) -> Option<f64> {
    let [x0, x1, n0, n1, tau2, alpha] = *a else {
        return None;
    };
    pair(x0, x1, n0, n1, tau2)?.limits(alpha)?.upper
}

fn pair_p_value(a: &[f64]) -> Option<f64> {
    let [x0, x1, n0, n1, tau2] = *a else { return None };
    pair(x0, x1, n0, n1, tau2)?.p_value()
}

/// The design effect is in `effective_n` already.
fn share(proportion: f64, effective_n: f64) -> Option<Share> {
    Share::new(proportion, effective_n, 1.0)
}

fn share_lower(a: &[f64]) -> Option<f64> {
    let [proportion, n, alpha] = *a else { return None };
    Some(share(proportion, n)?.wilson(alpha)?.lower)
}

fn share_upper(a: &[f64]) -> Option<f64> {
    let [proportion, n, alpha] = *a else { return None };
    Some(share(proportion, n)?.wilson(alpha)?.upper)
}

fn share_change_p_value(a: &[f64]) -> Option<f64> {
    let [share0, n0, share1, n1] = *a else { return None };
    share(share1, n1)?.p_value_against(&share(share0, n0)?)
}

fn published_change_p_value(a: &[f64]) -> Option<f64> {
    let [value0, lower0, upper0, value1, lower1, upper1, alpha] = *a else {
        return None;
    };
    let base = Published::new(value0, lower0, upper0)?;
    Published::new(value1, lower1, upper1)?.p_value_against(&base, alpha)
}

fn mean_margin(a: &[f64]) -> Option<f64> {
    let [respondents, standard_deviation, design_effect, alpha] = *a else {
        return None;
    };
    mean::margin(
        standard_deviation,
        mean::Sample {
            respondents,
            design_effect,
            population: None,
        },
        alpha,
    )
}

fn outlook_lower(a: &[f64]) -> Option<f64> {
    let [last, deviation, steps, horizon, alpha] = *a else {
        return None;
    };
    Some(outlook::limits(last, deviation, steps, horizon, alpha)?.lower)
}

fn outlook_upper(a: &[f64]) -> Option<f64> {
    let [last, deviation, steps, horizon, alpha] = *a else {
        return None;
    };
    Some(outlook::limits(last, deviation, steps, horizon, alpha)?.upper)
}

fn part_year_phi(a: &[f64]) -> Option<f64> {
    let [observed, share, tau2] = *a else { return None };
    part_year::calendar_widening(observed, share, tau2)
}

fn part_year_seasonal_phi(a: &[f64]) -> Option<f64> {
    let [observed, mean, deviation, years, alpha] = *a else {
        return None;
    };
    part_year::SeasonalShare::from_moments(mean, deviation, years)?.widening(observed, alpha)
}

fn part_year_lower(a: &[f64]) -> Option<f64> {
    let [observed, share, phi, alpha] = *a else {
        return None;
    };
    Some(part_year::whole_year(observed, share, phi, alpha)?.range.lower)
}

fn part_year_upper(a: &[f64]) -> Option<f64> {
    let [observed, share, phi, alpha] = *a else {
        return None;
    };
    Some(part_year::whole_year(observed, share, phi, alpha)?.range.upper)
}

/// `rate` and the answer are per inhabitant.
fn funnel_lower(a: &[f64]) -> Option<f64> {
    let [rate, variance, inhabitants, alpha] = *a else {
        return None;
    };
    Some(funnel::limits(rate, variance, inhabitants, 1.0, alpha)?.lower)
}

fn funnel_upper(a: &[f64]) -> Option<f64> {
    let [rate, variance, inhabitants, alpha] = *a else {
        return None;
    };
    Some(funnel::limits(rate, variance, inhabitants, 1.0, alpha)?.upper)
}

/// An [`Entry`] as the engine wants it.
#[derive(Debug)]
struct NumberFunction {
    name: &'static str,
    arithmetic: Arithmetic,
    signature: Signature,
}

impl NumberFunction {
    fn new(entry: &Entry) -> Self {
        let types = vec![DataType::Float64; entry.arguments.len()];
        Self {
            name: entry.name,
            arithmetic: entry.arithmetic,
            signature: Signature::exact(types, Volatility::Immutable),
        }
    }
}

// Two functions are the same when their names are: addresses of code say nothing.
impl PartialEq for NumberFunction {
    fn eq(&self, other: &Self) -> bool {
        self.name == other.name
    }
}

impl Eq for NumberFunction {}

impl Hash for NumberFunction {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.name.hash(state);
    }
}

impl ScalarUDFImpl for NumberFunction {
    fn name(&self) -> &str {
        self.name
    }

    fn signature(&self) -> &Signature {
        &self.signature
    }

    fn return_type(&self, _argument_types: &[DataType]) -> Result<DataType> {
        Ok(DataType::Float64)
    }

    fn invoke_with_args(&self, arguments: ScalarFunctionArgs) -> Result<ColumnarValue> {
        let rows = arguments.number_rows;
        let columns: Vec<ArrayRef> = arguments
            .args
            .into_iter()
            .map(|argument| argument.into_array(rows))
            .collect::<Result<_>>()?;
        let columns: Vec<&Float64Array> = columns
            .iter()
            .map(|column| as_float64_array(column))
            .collect::<Result<_>>()?;
        let mut answers = Float64Builder::with_capacity(rows);
        let mut numbers = Vec::with_capacity(columns.len());
        for row in 0..rows {
            numbers.clear();
            numbers.extend(
                columns
                    .iter()
                    .filter(|column| column.is_valid(row))
                    .map(|column| column.value(row)),
            );
            let complete = numbers.len() == columns.len();
            answers.append_option(if complete {
                (self.arithmetic)(&numbers)
            } else {
                None
            });
        }
        Ok(ColumnarValue::Array(Arc::new(answers.finish())))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::derive::session::Engine;

    fn ask(expression: &str) -> Option<f64> {
        let engine = Engine::new().unwrap();
        let batches = engine
            .query("proef", &format!("SELECT {expression} AS a"))
            .unwrap();
        let column = as_float64_array(batches[0].column(0)).unwrap();
        column.is_valid(0).then(|| column.value(0))
    }

    #[track_caller]
    fn close(actual: Option<f64>, expected: f64) {
        let actual = actual.unwrap();
        assert!(
            (actual - expected).abs() <= 1e-8 * expected.abs(),
            "{actual} is not {expected}"
        );
    }

    #[test]
    fn functions_give_the_test_values_of_the_specification_through_sql() {
        close(ask("count_lower(7, 0, 0.05)"), 2.814_363_052);
        close(ask("count_upper(7, 0, 0.05)"), 14.422_675_36);
        close(ask("pair_p_value(170, 142, 80683, 81476, 0.0)"), 0.106_198_620_9);
        close(ask("rate_ratio(170, 142, 80683, 81476)"), 0.827_164_260_6);
        close(
            ask("rate_ratio_lower(170, 142, 80683, 81476, 0, 0.05)"),
            0.657_230_808_3,
        );
        close(
            ask("rate_ratio_upper(170, 142, 80683, 81476, 0, 0.05)"),
            1.039_758_136,
        );
        close(ask("share_lower(0.18, 1000, 0.05)"), 0.157_426_892_5);
        close(ask("share_upper(0.18, 1000 / 1.5, 0.05)"), 0.210_970_725_4);
        close(
            ask("share_change_p_value(0.13, 1000 / 1.5, 0.18, 1000 / 1.5)"),
            0.011_655_474_52,
        );
        close(ask("mean_margin(30, 1, 1, 0.05)"), 0.373_406_136_8);
        close(
            ask("part_year_seasonal_phi(126, 0.745, sqrt(0.0035 / 3), 4, 0.05)"),
            3.422_950_428,
        );
        close(ask("part_year_lower(126, 0.75, 1, 0.05)"), 154.0);
        close(ask("part_year_upper(4, 0.75, 1, 0.05)"), 9.0);
        close(
            ask("outlook_lower(2087, 0.1003227348, 8, 2, 0.05)"),
            1_504.505_343,
        );
        close(
            ask("outlook_upper(2087, 0.1003227348, 8, 2, 0.05)"),
            2_894.942_378,
        );
    }

    #[test]
    fn the_limits_of_a_funnel_are_those_of_test_value_26() {
        let arguments = "1737.115122 / 81476.0, 0.02587331952, 81476";
        close(
            ask(&format!("1000.0 * funnel_lower({arguments}, 0.05)")),
            9.970_892_269,
        );
        close(
            ask(&format!("1000.0 * funnel_upper({arguments}, 0.05)")),
            36.931_989_61,
        );
        close(
            ask(&format!("1000.0 * funnel_upper({arguments}, 0.002)")),
            47.872_210_98,
        );
    }

    #[test]
    fn null_in_gives_null_out_and_an_unknown_dispersion_is_not_taken_for_none() {
        assert_eq!(ask("count_lower(7, CAST(NULL AS DOUBLE), 0.05)"), None);
        assert_eq!(ask("pair_p_value(1, 2, 3, NULL, 0)"), None);
        assert_eq!(ask("rate_ratio(1, 2, 0, 3)"), None);
    }

    #[test]
    fn a_wrong_number_of_arguments_is_refused_before_it_runs() {
        assert!(
            Engine::new()
                .unwrap()
                .query("proef", "SELECT count_lower(7) AS a")
                .is_err()
        );
    }
}
