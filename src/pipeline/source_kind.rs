//! What the table of a source holds, and what follows from that alone: how it is asked, and whether it can be missed.

use serde::Deserialize;

/// What a source holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SourceKind {
    /// Registered crimes by kind and municipality, OData v3.
    PoliceCrime,
    /// Registered nuisance by kind and municipality, OData v3.
    PoliceNuisance,
    /// Inhabitants on 1 January, OData v4.
    PopulationBegin,
    /// Inhabitants at the end of a period, OData v3.
    PopulationEnd,
    /// Registered crimes by kind and wijk or buurt of the own municipality, OData v3.
    DistrictCrime,
    /// Registered nuisance by kind and wijk or buurt of the own municipality, OData v3.
    DistrictNuisance,
    /// Inhabitants by wijk and buurt of the own municipality in one year, OData v3.
    DistrictPopulation,
    /// Outcomes of a survey with their margins, OData v3.
    Survey,
}

/// How a service is spoken to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Protocol {
    /// OData v3, `ODataFeed`.
    Feed,
    /// OData v4.
    Observations,
}

impl SourceKind {
    /// Whether the police publish it, so that all its years stand on one municipal division.
    pub fn is_police(self) -> bool {
        matches!(
            self,
            Self::PoliceCrime | Self::PoliceNuisance | Self::DistrictCrime | Self::DistrictNuisance
        )
    }

    /// Whether its regions are wijken and buurten, of which only those of the own municipality are fetched.
    pub fn is_of_districts(self) -> bool {
        matches!(
            self,
            Self::DistrictCrime | Self::DistrictNuisance | Self::DistrictPopulation
        )
    }

    /// Key of the dimension of its regions in OData v3.
    pub fn region_dimension(self) -> &'static str {
        if self.is_of_districts() {
            "WijkenEnBuurten"
        } else {
            "RegioS"
        }
    }

    /// How the service that has it is spoken to.
    pub fn protocol(self) -> Protocol {
        match self {
            Self::PopulationBegin => Protocol::Observations,
            Self::PoliceCrime
            | Self::PoliceNuisance
            | Self::PopulationEnd
            | Self::Survey
            | Self::DistrictCrime
            | Self::DistrictNuisance
            | Self::DistrictPopulation => Protocol::Feed,
        }
    }

    /// Whether a release can be made without it. Without crimes there is nothing to tell; without inhabitants there would be
    /// no rate, no peers and so no verdict, which nobody should get by leaving out a line.
    pub fn can_be_missed(self) -> bool {
        !matches!(
            self,
            Self::PoliceCrime | Self::PopulationBegin | Self::PopulationEnd
        )
    }

    /// Its name in the pipeline file.
    pub fn name(self) -> &'static str {
        match self {
            Self::PoliceCrime => "police_crime",
            Self::PoliceNuisance => "police_nuisance",
            Self::PopulationBegin => "population_begin",
            Self::PopulationEnd => "population_end",
            Self::DistrictCrime => "district_crime",
            Self::DistrictNuisance => "district_nuisance",
            Self::DistrictPopulation => "district_population",
            Self::Survey => "survey",
        }
    }

    /// The kind of that name.
    pub fn of_name(name: &str) -> Option<Self> {
        [
            Self::PoliceCrime,
            Self::PoliceNuisance,
            Self::PopulationBegin,
            Self::PopulationEnd,
            Self::DistrictCrime,
            Self::DistrictNuisance,
            Self::DistrictPopulation,
            Self::Survey,
        ]
        .into_iter()
        .find(|kind| kind.name() == name)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_kind_has_the_name_that_the_pipeline_file_calls_it_by() {
        #[derive(Deserialize)]
        struct Line {
            kind: SourceKind,
        }
        for name in ["police_crime", "district_population", "survey"] {
            let line: Line = toml::from_str(&format!("kind = \"{name}\"")).unwrap();
            assert_eq!(
                (line.kind.name(), SourceKind::of_name(name)),
                (name, Some(line.kind))
            );
        }
        assert_eq!(SourceKind::of_name("crime"), None);
    }
}
