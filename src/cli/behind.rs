//! Sources whose news is missing, said aloud: a night that ends well without them must not look like one with them.

use std::fmt::Write as _;

use super::{output, table};
use crate::publish::{Behind, Step};

/// Says on stderr what each of them is behind with, and what to do about it.
pub(super) fn warn(behind: &[Behind]) {
    for one in behind {
        output::line(&format!("warning: {}", told(one)));
    }
}

/// One of them in words, on as many lines as it takes.
pub(super) fn told(one: &Behind) -> String {
    let mut text = format!("source `{}` ({}) ", one.source, one.table);
    let _ = match one.step {
        Step::Ophalen => write!(text, "brings nothing new since {}", one.since),
        Step::Lezen => write!(text, "cannot be read since {}", one.since),
        Step::Controle => write!(text, "does not pass the checks since {}", one.since),
    };
    if let Some(day) = one.left_out {
        let _ = write!(text, "; its edition of {day} is left out");
    }
    let _ = match one.stands_at {
        Some(day) => write!(text, "; its figures stay those of {day}"),
        None => write!(text, "; there are no figures of it"),
    };
    let detail = table::harmless(&one.detail, &['\n']);
    for line in detail.lines() {
        let _ = write!(text, "\n  {line}");
    }
    if let Some(hint) = &one.hint {
        let _ = write!(text, "\n  hint: {}", table::harmless(hint, &[]));
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::clock::parse_date;

    #[test]
    fn what_is_missing_is_told_with_day_reason_and_what_to_do() {
        let mut one = Behind {
            source: "vm".to_owned(),
            table: "85146NED".to_owned(),
            kind: "survey".to_owned(),
            step: Step::Lezen,
            code: "onderwerpen".to_owned(),
            about: None,
            since: parse_date("2026-11-24").unwrap(),
            stands_at: parse_date("2024-03-01"),
            left_out: parse_date("2026-03-01"),
            over_on: None,
            detail: "a\u{1b}[31m\nb".to_owned(),
            hint: Some("do this".to_owned()),
        };
        let text = told(&one);
        assert!(!text.contains('\u{1b}'), "{text}");
        assert!(
            text.starts_with(
                "source `vm` (85146NED) cannot be read since 2026-11-24; its edition of 2026-03-01 is left out; its figures stay those of 2024-03-01\n  a"
            ),
            "{text}"
        );
        assert!(text.ends_with("\n  b\n  hint: do this"), "{text}");
        one.stands_at = None;
        assert!(told(&one).contains("there are no figures of it"));
    }
}
