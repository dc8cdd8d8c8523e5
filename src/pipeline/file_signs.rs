//! Signs that nobody sees in the values of the pipeline file: each is named at its place, as control characters are.
//!
//! A comment may hold what it likes. What a value means is judged in `file_rules`.

use std::path::Path;

use toml::de::{DeTable, DeValue};

use super::error::{Findings, PipelineError, quoted};
use super::file_places::Places;
use super::invisible::{TYPE_AGAIN, is_invisible, name_of};

/// Adds every key and every text with such a sign to `findings`.
pub(super) fn refuse_signs(name: &Path, places: &Places<'_>, findings: &mut Findings) {
    let mut waiting = Vec::new();
    let mut texts = Vec::new();
    of_table(places.document(), "", &mut waiting, &mut texts);
    while let Some((path, value, start)) = waiting.pop() {
        match value {
            DeValue::String(text) => texts.push((path, text.as_ref(), start)),
            DeValue::Array(values) => {
                let inside = values.iter().enumerate();
                waiting.extend(
                    inside.map(|(place, value)| {
                        (format!("{path}[{place}]"), value.get_ref(), value.span().start)
                    }),
                );
            }
            DeValue::Table(table) => of_table(table, &path, &mut waiting, &mut texts),
            _ => {}
        }
    }
    texts.sort_by_key(|(_, _, start)| *start);
    for (path, text, start) in texts {
        let is_odd = |letter: &char| {
            is_invisible(*letter) || (letter.is_control() && !matches!(letter, '\n' | '\r' | '\t'))
        };
        if let Some(sign) = text.chars().find(is_odd) {
            let found = format!("{} with the sign {}", quoted(text), name_of(sign));
            findings.push(
                PipelineError::new(name, "letters that can be seen", found)
                    .in_field(path)
                    .at_position(places.position(start))
                    .with_hint(TYPE_AGAIN),
            );
        }
    }
}

type Place<'a, T> = (String, T, usize);

/// The values of a block, and its keys as texts of their own.
fn of_table<'a>(
    table: &'a DeTable<'a>,
    path: &str,
    values: &mut Vec<Place<'a, &'a DeValue<'a>>>,
    texts: &mut Vec<Place<'a, &'a str>>,
) {
    for (key, value) in table {
        let name = key.get_ref().as_ref();
        let below = if path.is_empty() {
            name.to_owned()
        } else {
            format!("{path}.{name}")
        };
        texts.push((below.clone(), name, key.span().start));
        values.push((below, value.get_ref(), value.span().start));
    }
}

#[cfg(test)]
mod tests {
    use crate::pipeline::testing::{Small, refused};

    #[test]
    fn a_sign_that_nobody_sees_is_named_at_its_place() {
        for (from, to, place) in [
            ("\"Hengelo\"", "\"Henge\u{200B}lo\"", "`municipality.name`"),
            ("\"Hengelo\"", "\"\u{200E}\"", "`municipality.name`"),
            ("\"Hengelo\"", "\"Hengelo\\uFEFF\"", "`municipality.name`"),
            (
                "\"Veiligheidsbeleid\"",
                "\"Veiligheids\u{AD}beleid\"",
                "`policy.title`",
            ),
            (
                "[\"1.4.1\"]",
                "[\"1.4.1\u{2060}\"]",
                "`source[0].not_published_monthly[0]`",
            ),
        ] {
            let message = refused(&Small::new().in_pipeline(from, to));
            assert!(
                message.contains(&format!("{place}: expected letters that can be seen"))
                    && message.contains("the sign U+"),
                "{message}"
            );
        }
        let comment = Small::new().in_pipeline("[municipality]", "# \u{200B}\n[municipality]");
        assert!(comment.load().is_ok());
    }
}
