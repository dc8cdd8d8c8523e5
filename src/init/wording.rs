//! The text of the new files. What only a council can know is not filled in, and says so in words.

use std::fmt::Write as _;

use toml::Value;

use super::Order;
use super::error::InitError;
use super::municipality::Municipality;
use super::template::Template;
use crate::pipeline::{Policy, REGISTERS};

/// What stands where only the municipality knows better, and what the new pipeline file is searched for.
pub const TO_FILL_IN: &str = "nog in te vullen";

/// The years of a new policy.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Years {
    baseline: i32,
    start: i32,
    target: i32,
    unrepresentative: Vec<i32>,
}

impl Years {
    /// Those that were asked for, and of the rest those of the example as far as they fit.
    ///
    /// # Errors
    /// [`InitError::Years`] when the target is not after year 0, or year 0 is a year that is not representative.
    pub(super) fn of(order: &Order, example: &Policy) -> Result<Self, InitError> {
        let baseline = order.baseline_year.unwrap_or(example.baseline_year);
        let target = order.target_year.unwrap_or(example.target_year);
        if target <= baseline {
            return Err(InitError::Years {
                expected: format!("a target year after the baseline year {baseline}"),
                found: target.to_string(),
            });
        }
        let unrepresentative: Vec<i32> = example.unrepresentative.iter().map(|entry| entry.year).collect();
        if unrepresentative.contains(&baseline) {
            return Err(InitError::Years {
                expected: "a baseline year that is representative".to_owned(),
                found: baseline.to_string(),
            });
        }
        let start = example.start_year;
        Ok(Self {
            baseline,
            start: if baseline < start && start <= target {
                start
            } else {
                baseline + 1
            },
            target,
            unrepresentative,
        })
    }
}

fn quoted(text: &str) -> String {
    Value::from(text).to_string()
}

/// The pipeline file: whose figures, a policy that is still to be filled in, and the sources of the template.
pub(super) fn pipeline_file(municipality: &Municipality, years: &Years, template: &Template) -> String {
    let mut text = format!(
        "# {name}: which figures are fetched, and what the council decided about them.\n\
         #\n\
         # Made by `nulmeting init`. What is called \"{TO_FILL_IN}\" only the municipality can say. Until it has, figures are\n\
         # shown and compared, and nothing is judged against a target. The registers beside this file are explained in\n\
         # their folder, in LEESMIJ.md.\n\
         \n\
         # Whose figures these are. `name` is the name in sentences, `full_name` the title in the tables of CBS and police.\n\
         [municipality]\n\
         code = {code}\n\
         name = {quoted_name}\n\
         full_name = {title}\n\
         \n\
         # What the council adopted, and against which year it wants to be judged.\n\
         # `adopted` is the day of that decision, written as 2021-01-13 without quotes. As long as it is not there, the\n\
         # registers vastgesteld, doelen and gedrukt must be empty: nobody has adopted what would stand in them.\n\
         [policy]\n\
         title = {policy}\n\
         # adopted = {TO_FILL_IN}\n\
         baseline_year = {baseline}\n\
         start_year = {start}\n\
         target_year = {target}\n\
         # {TO_FILL_IN}: how much lower than year 0 the total must be in the target year, in percent.\n\
         reduction_percent = 0.0\n",
        name = municipality.name,
        code = quoted(&municipality.code),
        quoted_name = quoted(&municipality.name),
        title = quoted(&municipality.title),
        policy = quoted(&format!("beleid {TO_FILL_IN}")),
        baseline = years.baseline,
        start = years.start,
        target = years.target,
    );
    // Writing to a text does not fail.
    let _ = write!(
        text,
        "\n# Spreadsheets that people drop in a folder beside this file, when it is there and these lines are no comment.\n\
         # [inbox]\n# folder = \"{}-inbox\"\n",
        municipality.file_stem
    );
    if !years.unrepresentative.is_empty() {
        text.push_str(
            "\n# Years that may never be a baseline and never prove that a target was met. Where the note says so: by = \"nota\",\n\
             # with its lines.\n",
        );
    }
    for year in &years.unrepresentative {
        let reason = format!(
            "Dat {year} niet representatief is, is een aanname van dit product; wat de nota ervan zegt, is {TO_FILL_IN}."
        );
        let _ = write!(
            text,
            "\n[[policy.unrepresentative]]\nyear = {year}\nby = \"product\"\ntext = {}\n",
            quoted(&reason)
        );
    }
    text.push('\n');
    text.push_str(&template.sources_text());
    text
}

/// What is in the folder of the registers, for whoever keeps them: purpose and columns of each, as the program checks
/// them.
pub(super) fn explanation(municipality: &Municipality) -> String {
    let mut text = format!(
        "# De registers van {}\n\n\
         Elk register is een CSV-bestand met een kopregel. Excel mag ze opslaan zoals het wil, als CSV UTF-8: met `;` of\n\
         `,`, met decimale komma of punt. Een fout wordt met bestand en regel gemeld voordat er iets wordt gelezen.\n\n\
         Een register met alleen een kopregel is {TO_FILL_IN}. Zonder `vastgesteld` is er geen jaar 0 dat de raad heeft\n\
         vastgesteld, en zonder `doelen` wordt er niets beoordeeld. Dat is beter dan een doel dat niemand heeft gesteld.\n",
        municipality.name
    );
    for register in REGISTERS {
        let _ = write!(
            text,
            "\n## {}.csv\n\n{}.\n\n",
            register.name, register.description
        );
        if !register.may_be_empty {
            text.push_str("Dit register mag niet leeg zijn.\n\n");
        }
        text.push_str("| kolom | wat er staat | verplicht |\n|---|---|---|\n");
        for field in register.fields {
            let required = if field.required { "ja" } else { "nee" };
            let _ = writeln!(text, "| `{}` | {} | {required} |", field.name, field.description);
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use std::path::PathBuf;

    use super::*;
    use crate::init::TODAY;

    fn order(baseline_year: Option<i32>, target_year: Option<i32>) -> Order {
        Order {
            municipality: Municipality::unlisted("GM0153", "Enschede"),
            folder: PathBuf::new(),
            baseline_year,
            target_year,
        }
    }

    fn years(baseline: Option<i32>, target: Option<i32>) -> Result<Years, InitError> {
        let template = Template::built_in(TODAY).unwrap();
        Years::of(&order(baseline, target), &template.pipeline.file.policy)
    }

    #[test]
    fn years_that_are_not_given_are_those_of_the_example_as_far_as_they_fit() {
        let of = |baseline, target| {
            let years = years(baseline, target).unwrap();
            (years.baseline, years.start, years.target)
        };
        assert_eq!(of(None, None), (2019, 2021, 2024));
        assert_eq!(of(Some(2022), Some(2026)), (2022, 2023, 2026));
        assert_eq!(of(Some(2018), Some(2020)), (2018, 2019, 2020));
    }

    #[test]
    fn a_year_0_that_is_not_representative_or_not_before_the_target_is_refused() {
        assert!(
            years(Some(2020), None)
                .unwrap_err()
                .to_string()
                .contains("representative, found 2020")
        );
        let message = years(Some(2024), None).unwrap_err().to_string();
        assert_eq!(
            message,
            "expected a target year after the baseline year 2024, found 2024"
        );
    }

    #[test]
    fn a_name_with_quotes_and_line_breaks_stays_one_text() {
        let template = Template::built_in(TODAY).unwrap();
        let odd = Municipality::unlisted("GM0001", "'s-\"Gravenhage\"\n[policy]");
        let text = pipeline_file(&odd, &years(None, None).unwrap(), &template);
        let file: toml::Table = toml::from_str(text.split_once("[municipality]").unwrap().1).unwrap();
        assert_eq!(file["name"].as_str(), Some("'s-\"Gravenhage\"\n[policy]"));
    }
}
