//! The list of regions of a table alone, for whoever has no pipeline yet: asked, read, and not landed.

use super::address::Question;
use super::desk::Desk;
use super::error::FetchError;
use crate::landing::Marks;
use crate::normalise::readers::{self, Code, ReadError};
use crate::pipeline::Source;

/// The list of regions of a table of OData v4.
const REGIONS: &str = "RegioSCodes";

/// The regions that the table of a source knows, also those that are there no more.
///
/// # Errors
/// [`FetchError`] when the service gives no whole list.
pub fn regions(source: &Source, desk: &Desk<'_>) -> Result<Vec<Code>, FetchError> {
    let file = format!("{}/{REGIONS}", source.table);
    let question = Question::plain(format!("{}/{REGIONS}", source.table_url()));
    let answer = desk.ask(&source.id, &question, &Marks::default(), |bytes| {
        let list = readers::read_codes(bytes, &file)?;
        match list.next_link {
            None => Ok(list.entries),
            // A few hundred regions are one answer; half a list would make a municipality unknown.
            Some(link) => Err(ReadError::new(
                &file,
                1,
                "the whole list in one answer",
                &link,
                "the service gives the list in parts: give the name with --name",
            )),
        }
    })?;
    // Without a mark no service says that nothing changed.
    Ok(answer.map_or_else(Vec::new, |(codes, _)| codes))
}
