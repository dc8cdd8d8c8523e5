//! The pipeline that a new one is made after: the one built into the program, or another one on the disk.
//!
//! A template is a pipeline that loads. It is the first user's own file, so that what a new municipality gets can never
//! be older than what runs every night.

use std::io;
use std::path::Path;

use chrono::NaiveDate;

use super::error::InitError;
use crate::Error;
use crate::disk;
use crate::night;
use crate::pipeline::{Disk, Pipeline, Source, SourceKind};

/// Where the built-in files come from; also what messages call them.
const BUILT_IN: &str = "pipelines/hengelo.toml";

/// The files as they were when the program was built, by the names of the registers.
const REGISTERS: [(&str, &str); 19] = [
    ("reeksen", include_str!("../../pipelines/hengelo/reeksen.csv")),
    (
        "reeks_delen",
        include_str!("../../pipelines/hengelo/reeks_delen.csv"),
    ),
    ("gedrukt", include_str!("../../pipelines/hengelo/gedrukt.csv")),
    (
        "vastgesteld",
        include_str!("../../pipelines/hengelo/vastgesteld.csv"),
    ),
    ("themas", include_str!("../../pipelines/hengelo/themas.csv")),
    (
        "thema_reeksen",
        include_str!("../../pipelines/hengelo/thema_reeksen.csv"),
    ),
    (
        "instrumenten",
        include_str!("../../pipelines/hengelo/instrumenten.csv"),
    ),
    ("doelen", include_str!("../../pipelines/hengelo/doelen.csv")),
    ("monitor", include_str!("../../pipelines/hengelo/monitor.csv")),
    (
        "monitor_vragen",
        include_str!("../../pipelines/hengelo/monitor_vragen.csv"),
    ),
    ("metingen", include_str!("../../pipelines/hengelo/metingen.csv")),
    (
        "definities",
        include_str!("../../pipelines/hengelo/definities.csv"),
    ),
    (
        "trendbreuken",
        include_str!("../../pipelines/hengelo/trendbreuken.csv"),
    ),
    (
        "conventies",
        include_str!("../../pipelines/hengelo/conventies.csv"),
    ),
    (
        "benaderingen",
        include_str!("../../pipelines/hengelo/benaderingen.csv"),
    ),
    (
        "benadering_delen",
        include_str!("../../pipelines/hengelo/benadering_delen.csv"),
    ),
    (
        "wijkregels",
        include_str!("../../pipelines/hengelo/wijkregels.csv"),
    ),
    ("frasen", include_str!("../../pipelines/hengelo/frasen.csv")),
    ("aanvaard", include_str!("../../pipelines/hengelo/aanvaard.csv")),
];

const PIPELINE: &str = include_str!("../../pipelines/hengelo.toml");

/// A pipeline to make another one after.
#[derive(Debug)]
pub struct Template {
    /// The pipeline.
    pub pipeline: Pipeline,
    /// The text of its file.
    text: String,
}

impl Template {
    /// The one in the program, as it is read on a day.
    ///
    /// # Errors
    /// [`InitError::Pipeline`], never for a program whose tests pass.
    pub fn built_in(today: NaiveDate) -> Result<Self, InitError> {
        let path = Path::new(BUILT_IN);
        let text_of = |asked: &Path| {
            if asked == path {
                return Some(PIPELINE);
            }
            let name = asked.file_stem()?.to_str()?;
            REGISTERS
                .iter()
                .find(|(register, _)| *register == name)
                .map(|(_, text)| *text)
        };
        let read = |asked: &Path| {
            text_of(asked)
                .map(|text| text.as_bytes().to_vec())
                .ok_or_else(|| io::Error::from(io::ErrorKind::NotFound))
        };
        let list = |_: &Path| Ok(Vec::new());
        let disk = Disk {
            read: &read,
            list: &list,
            length: &|_| Ok(None),
        };
        Ok(Self {
            pipeline: night::load_pipeline_from(path, &disk, today)?,
            text: PIPELINE.to_owned(),
        })
    }

    /// A pipeline on the disk, as it is read on a day.
    ///
    /// # Errors
    /// [`Error`] when it does not load.
    pub fn read(path: &Path, today: NaiveDate) -> Result<Self, Error> {
        let pipeline = night::load_pipeline(path, today)?;
        let text = disk::read_to_string(path)?;
        Ok(Self { pipeline, text })
    }

    /// The text of its sources, from the comment above the first one to the end: everything below the policy.
    pub(super) fn sources_text(&self) -> String {
        let lines: Vec<&str> = self.text.lines().collect();
        let first = lines
            .iter()
            .position(|line| line.trim_start().starts_with("[[source]]"))
            .unwrap_or(lines.len());
        let comment = lines
            .iter()
            .take(first)
            .rev()
            .take_while(|line| line.starts_with('#'))
            .count();
        lines
            .iter()
            .skip(first - comment)
            .flat_map(|line| [*line, "\n"])
            .collect()
    }

    /// The source whose list of regions names every municipality.
    pub fn list_of_regions(&self) -> Option<&Source> {
        let sources = &self.pipeline.file.sources;
        sources
            .iter()
            .find(|source| source.kind == SourceKind::PopulationBegin)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::init::TODAY;

    #[test]
    fn the_built_in_template_loads_and_has_every_register() {
        let template = Template::built_in(TODAY).unwrap();
        assert_eq!(template.pipeline.tables.len(), crate::pipeline::REGISTERS.len());
        assert_eq!(template.list_of_regions().unwrap().table, "03759ned");
    }

    #[test]
    fn the_text_of_the_sources_begins_with_the_comment_above_the_first() {
        let template = Template::built_in(TODAY).unwrap();
        let text = template.sources_text();
        assert!(
            text.starts_with("# The crimes that the police registered"),
            "{text}"
        );
        assert_eq!(
            text.matches("[[source]]").count(),
            template.pipeline.file.sources.len()
        );
        assert!(PIPELINE.ends_with(&text));
    }
}
