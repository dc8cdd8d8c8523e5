//! Which step made a cell differ, and what that step says of the cell.
//!
//! A step that brings data is told apart further: a figure that was not there is new, one that was there is revised, and one
//! for which another municipal division is enough is neither.

use std::collections::{BTreeMap, BTreeSet};

use super::{Cause, Cells, Model, Place, REGION, Tables, pair};
use crate::derive::DeriveError;
use crate::derive::rows::Rows;
use crate::derive::session::Engine;
use crate::pipeline::{INBOX, Pipeline, Source};
use crate::publish::LandingFile;

/// The figure of a row, and why it is empty.
const FIGURE: &str = "waarde";
const REASON: &str = "reden";
/// How final the source calls a figure.
const STATUS: &str = "status";
/// The year that a row judges.
const JUDGED: &str = "rapportjaar";

/// A step on the way, in the order in which they are taken; another program comes first or last.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Step {
    /// Another program.
    Program,
    /// The data of the sources that went to another municipal division.
    Division,
    /// The data of the others.
    Data,
    /// Registers, the pipeline file with the sources that it names, and the inbox: what people drop there are rows of
    /// registers, although it lands like data.
    Registers,
    /// Another SQL.
    Sql,
}

impl Step {
    /// A name for its folder.
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Program => "programma",
            Self::Division => "indeling",
            Self::Data => "gegevens",
            Self::Registers => "registers",
            Self::Sql => "sql",
        }
    }
}

/// The sources of two releases, by their id.
pub(super) struct Sources {
    /// The same table in both pipelines, with its name, in the order of the newer one.
    shared: Vec<(String, String)>,
    /// Of these the ones whose table stands on another municipal division than it did.
    moved: BTreeSet<String>,
}

impl Sources {
    /// Those of two pipelines, with the tables that were made with them.
    pub(super) fn of(pipelines: &[Pipeline; 2], from: &Tables, to: &Tables) -> Result<Self, DeriveError> {
        let moved_tables = moved(from, to)?;
        let [old, new] = pipelines;
        let is_shared = |source: &&Source| {
            let mut known = old.file.sources.iter();
            known.any(|other| {
                (&other.id, &other.table, other.kind) == (&source.id, &source.table, source.kind)
            })
        };
        let shared: Vec<_> = new.file.sources.iter().filter(is_shared).collect();
        let moved = shared
            .iter()
            .filter(|source| moved_tables.contains(&source.table));
        Ok(Self {
            moved: moved.map(|source| source.id.clone()).collect(),
            shared: shared
                .iter()
                .map(|source| (source.id.clone(), source.table.clone()))
                .collect(),
        })
    }

    /// The sources whose data come in at a step: their id, and the name of their table.
    pub(super) fn at(&self, step: Step) -> impl Iterator<Item = &(String, String)> {
        self.shared.iter().filter(move |(id, _)| match step {
            Step::Division => self.moved.contains(id),
            Step::Data => !self.moved.contains(id),
            Step::Program | Step::Registers | Step::Sql => false,
        })
    }

    /// The step at which a landed file comes in, or goes.
    pub(super) fn step_of(&self, file: &LandingFile) -> Step {
        match file.source.as_str() {
            INBOX => Step::Registers,
            source if self.moved.contains(source) => Step::Division,
            source if self.shared.iter().any(|(id, _)| id == source) => Step::Data,
            _ => Step::Registers,
        }
    }
}

/// The tables of sources that stand on another municipal division.
fn moved(from: &Tables, to: &Tables) -> Result<BTreeSet<String>, DeriveError> {
    let Some(engine) = pair(from, to, "bronnen")? else {
        return Ok(BTreeSet::new());
    };
    // Not known counts as another one, as in `herziening`.
    let sql = "SELECT n.bron FROM oud AS o JOIN nieuw AS n ON n.bron = o.bron
        WHERE n.indeling IS DISTINCT FROM o.indeling";
    let rows = Rows::ask(&engine, "bronnen", sql)?;
    Ok(rows.iter().filter_map(|row| row.text("bron")).collect())
}

/// What a step says of the cells that it changed.
pub(super) struct Grounds<'a> {
    step: Step,
    cells: &'a Cells,
    models: &'a BTreeMap<String, Model>,
    /// Whether anything that a source said is otherwise now. Without that, what is derived differs because of what
    /// was added.
    is_revised: bool,
    division: Option<Division>,
}

impl<'a> Grounds<'a> {
    /// Those of a step with the cells that it changed.
    pub(super) fn of(
        step: Step,
        cells: &'a Cells,
        models: &'a BTreeMap<String, Model>,
        from: &Tables,
        to: &Tables,
    ) -> Result<Self, DeriveError> {
        let is_figure = |place: &Place| place.column != REASON && is_norm(models, place);
        Ok(Self {
            is_revised: cells
                .iter()
                .any(|(place, (old, _))| old.is_some() && is_figure(place)),
            division: match step {
                Step::Division => Division::between(from, to, models)?,
                _ => None,
            },
            step,
            cells,
            models,
        })
    }

    /// Why a cell of the step changed; `was_empty` when nothing stood there.
    pub(super) fn cause(&self, place: &Place, was_empty: bool) -> Cause {
        match self.step {
            Step::Program => Cause::Program,
            Step::Registers => Cause::Register,
            Step::Sql => Cause::Sql,
            Step::Division | Step::Data => self.of_data(place, was_empty || self.had_no_figure(place)),
        }
    }

    fn of_data(&self, place: &Place, was_empty: bool) -> Cause {
        if was_empty {
            let is_newcomer = self
                .division
                .as_ref()
                .is_some_and(|division| division.is_newcomer(place));
            return if is_newcomer {
                Cause::Rebase
            } else {
                Cause::NewData
            };
        }
        let is_norm = is_norm(self.models, place);
        // What a source itself said and says otherwise now is never something that it added.
        if !is_norm && (!self.is_revised || self.cell_of(place, JUDGED).is_some()) {
            return Cause::NewData;
        }
        match &self.division {
            Some(division) if division.explains(place, is_norm) => Cause::Rebase,
            _ => Cause::Revision,
        }
    }

    /// Whether a cell tells why its row had no figure, and the row has one now.
    fn had_no_figure(&self, place: &Place) -> bool {
        place.column == REASON && self.cell_of(place, FIGURE).is_some_and(|(old, _)| old.is_none())
    }

    /// Another cell of the same row, if it changed.
    fn cell_of(&self, place: &Place, column: &str) -> Option<&(Option<String>, Option<String>)> {
        let other = Place {
            column: column.to_owned(),
            ..place.clone()
        };
        self.cells.get(&other)
    }
}

/// What another municipal division explains, as the table `herziening` has it: what a source says of a part of the country
/// differs for it, and what it says of the country does not.
struct Division {
    /// The regions that each table had before.
    known: BTreeMap<String, BTreeSet<String>>,
    /// The country.
    whole: BTreeSet<String>,
}

impl Division {
    /// That of a step at which a source went to another one.
    fn between(
        from: &Tables,
        to: &Tables,
        models: &BTreeMap<String, Model>,
    ) -> Result<Option<Self>, DeriveError> {
        if moved(from, to)?.is_empty() {
            return Ok(None);
        }
        let mut known = BTreeMap::new();
        for (table, model) in models {
            let has_regions = model.key.iter().any(|column| column == REGION);
            if let (true, Some(engine)) = (has_regions, pair(from, to, table)?) {
                known.insert(
                    table.clone(),
                    regions(&engine, "SELECT DISTINCT regio_code FROM oud")?,
                );
            }
        }
        let whole = match pair(from, to, "regio")? {
            Some(engine) => regions(&engine, "SELECT regio_code FROM nieuw WHERE niveau = 'land'")?,
            None => BTreeSet::new(),
        };
        Ok(Some(Self { known, whole }))
    }

    /// Whether a table has nothing else of the region either.
    fn is_newcomer(&self, place: &Place) -> bool {
        let known = self.known.get(&place.table);
        region_of(place).is_some_and(|region| known.is_some_and(|known| !known.contains(region)))
    }

    fn explains(&self, place: &Place, is_norm: bool) -> bool {
        match region_of(place) {
            // How final a figure is, no division decides.
            Some(region) => place.column != STATUS && !self.whole.contains(region),
            // What is derived without a region is the own municipality's; what a source says without one is of all.
            None => !is_norm,
        }
    }
}

/// Whether a cell is what a source said, and not derived from it.
fn is_norm(models: &BTreeMap<String, Model>, place: &Place) -> bool {
    models.get(&place.table).is_some_and(|model| model.is_norm)
}

fn regions(engine: &Engine, sql: &str) -> Result<BTreeSet<String>, DeriveError> {
    let rows = Rows::ask(engine, REGION, sql)?;
    Ok(rows.iter().filter_map(|row| row.text(REGION)).collect())
}

fn region_of(place: &Place) -> Option<&str> {
    let region = place.key.iter().find(|(column, _)| column == REGION);
    region.map(|(_, region)| region.as_str())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn place(table: &str, key: &[(&str, &str)], column: &str) -> Place {
        let own = |(name, value): &(&str, &str)| ((*name).to_owned(), (*value).to_owned());
        Place {
            table: table.to_owned(),
            key: key.iter().map(own).collect(),
            column: column.to_owned(),
        }
    }

    fn set(texts: &[&str]) -> BTreeSet<String> {
        texts.iter().map(|text| (*text).to_owned()).collect()
    }

    const HENGELO: [(&str, &str); 2] = [("regio_code", "GM0164"), ("periode_code", "2019JJ00")];
    const COUNTRY: [(&str, &str); 2] = [("regio_code", "NL01"), ("periode_code", "2019JJ00")];
    const NEWCOMER: [(&str, &str); 2] = [("regio_code", "GM1992"), ("periode_code", "2019JJ00")];

    /// What a step says of a cell, when these cells changed in it: what stood there, and what stands there now.
    fn says(division: bool, changed: &[(Place, Option<&str>, Option<&str>)], asked: &Place) -> Cause {
        let text = |text: Option<&str>| text.map(str::to_owned);
        let cells: Cells = changed
            .iter()
            .map(|(place, old, new)| (place.clone(), (text(*old), text(*new))))
            .collect();
        let model = |is_norm| Model {
            key: Vec::new(),
            is_norm,
        };
        let models = [
            ("misdrijven", true),
            ("soort_misdrijf", true),
            ("doel_voortgang", false),
        ];
        let models = models
            .map(|(name, is_norm)| (name.to_owned(), model(is_norm)))
            .into();
        let nothing = Tables {
            files: BTreeMap::new(),
        };
        // Without tables there is no division: it is put in by hand.
        let mut grounds = Grounds::of(Step::Data, &cells, &models, &nothing, &nothing).unwrap();
        grounds.division = division.then(|| Division {
            known: BTreeMap::from([("misdrijven".to_owned(), set(&["GM0164", "NL01"]))]),
            whole: set(&["NL01"]),
        });
        grounds.cause(asked, cells[asked].0.is_none())
    }

    #[test]
    fn what_differs_because_of_what_was_added_is_no_revision() {
        let added = (place("misdrijven", &HENGELO, "waarde"), None, Some("4"));
        let reason = (
            place("misdrijven", &HENGELO, "reden"),
            Some("ontbreekt"),
            Some("waarde"),
        );
        let target = (
            place("doel_voortgang", &[("doel", "G1")], "waarde"),
            Some("2087"),
            Some("1990"),
        );
        let changed = [added, reason, target];
        for (place, ..) in &changed {
            assert_eq!(says(false, &changed, place), Cause::NewData, "{place:?}");
        }
        // With a figure that was there and is another now, what is derived is revised too; a reason follows its own figure.
        let revised = (place("misdrijven", &COUNTRY, "waarde"), Some("9"), Some("8"));
        let changed = [changed.to_vec(), vec![revised]].concat();
        let causes: Vec<Cause> = changed
            .iter()
            .map(|(place, ..)| says(false, &changed, place))
            .collect();
        let (new, revision) = (Cause::NewData, Cause::Revision);
        assert_eq!(causes, [new, new, revision, revision]);
    }

    #[test]
    fn a_title_that_a_source_changed_is_a_revision_by_itself() {
        let title = place("soort_misdrijf", &[("soort_code", "1.4.1")], "naam");
        let changed = [(title.clone(), Some("Zedenmisdrijf"), Some("Zedendelicten"))];
        assert_eq!(says(false, &changed, &title), Cause::Revision);
    }

    #[test]
    fn a_division_explains_counts_of_places_and_neither_the_country_nor_a_status_nor_a_list() {
        let change = |place| (place, Some("9"), Some("8"));
        let changed = [
            change(place("misdrijven", &HENGELO, "waarde")),
            change(place("misdrijven", &HENGELO, "status")),
            change(place("misdrijven", &COUNTRY, "waarde")),
            change(place("soort_misdrijf", &[("soort_code", "1.1.1")], "naam")),
            change(place("doel_voortgang", &[("doel", "G1")], "waarde")),
            (place("misdrijven", &NEWCOMER, "waarde"), None, Some("5")),
        ];
        let causes: Vec<Cause> = changed
            .iter()
            .map(|(place, ..)| says(true, &changed, place))
            .collect();
        let (rebase, revision) = (Cause::Rebase, Cause::Revision);
        assert_eq!(causes, [rebase, revision, revision, revision, rebase, rebase]);
    }

    #[test]
    fn a_year_that_is_judged_for_the_first_time_is_new_data_in_a_night_with_a_new_division_too() {
        let goal = [("doel", "G1")];
        let changed = [
            (place("misdrijven", &HENGELO, "waarde"), Some("9"), Some("8")),
            (
                place("doel_voortgang", &goal, "rapportjaar"),
                Some("2022"),
                Some("2023"),
            ),
            (
                place("doel_voortgang", &goal, "waarde"),
                Some("2087"),
                Some("1990"),
            ),
            // Of year 0, which no later year makes another.
            (
                place("nulmeting", &[("reeks", "mand")], "verschil"),
                Some("-6"),
                Some("-8"),
            ),
        ];
        let causes = |division| -> Vec<Cause> {
            let cells = changed.iter();
            cells.map(|(place, ..)| says(division, &changed, place)).collect()
        };
        let (new, rebase, revision) = (Cause::NewData, Cause::Rebase, Cause::Revision);
        assert_eq!(causes(true), [rebase, new, new, rebase]);
        assert_eq!(causes(false), [revision, new, new, revision]);
    }

    #[test]
    fn a_source_comes_and_goes_with_the_pipeline_file_that_names_it() {
        let sources = Sources {
            shared: [
                ("politie_misdrijven", "47013NED"),
                ("politie_overlast", "47021NED"),
            ]
            .map(|(id, table)| (id.to_owned(), table.to_owned()))
            .into(),
            moved: set(&["politie_overlast"]),
        };
        let file = |source: &str| LandingFile {
            state: None,
            source: source.to_owned(),
            file: "a.json".to_owned(),
            sha256: String::new(),
            peildatum: chrono::NaiveDate::from_ymd_opt(2023, 11, 1).unwrap(),
        };
        for (source, step) in [
            ("politie_misdrijven", Step::Data),
            ("politie_overlast", Step::Division),
            ("nieuw_in_de_pijplijn", Step::Registers),
            (INBOX, Step::Registers),
        ] {
            assert_eq!(sources.step_of(&file(source)), step, "{source}");
        }
        let tables = |step| -> Vec<&str> { sources.at(step).map(|(_, table)| table.as_str()).collect() };
        assert_eq!(
            (tables(Step::Division), tables(Step::Data)),
            (vec!["47021NED"], vec!["47013NED"])
        );
    }
}
