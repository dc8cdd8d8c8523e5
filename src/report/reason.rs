//! Why there is no figure, in the reader's words: what a source keeps secret is not what nobody counts.
//!
//! The reason is that of the marts (`reden`). Only a series that never had a figure has no police figures.

/// The words for a reason; `has_figures` tells whether the series has a figure in any year.
pub fn words(reason: Option<&str>, has_figures: bool) -> &'static str {
    match reason {
        Some("geheim") => "geheim",
        Some("onmogelijk") => "onmogelijk",
        Some("niet_gepubliceerd") => "niet gepubliceerd",
        _ if has_figures => "ontbreekt",
        _ => "geen politiecijfers",
    }
}

/// What a reason means, as the second half of a sentence about a figure.
pub(super) fn explained(reason: Option<&str>) -> &'static str {
    match reason {
        Some("geheim") => "is geheim: de bron houdt het achter",
        Some("onmogelijk") => "is onmogelijk: volgens de bron kan het er niet zijn",
        Some("niet_gepubliceerd") => "is niet gepubliceerd",
        _ => "ontbreekt",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_reason_has_words_of_its_own_and_only_what_never_had_a_figure_has_no_police_figures() {
        let said = |reason| [true, false].map(|has_figures| words(reason, has_figures));
        assert_eq!(said(Some("geheim")), ["geheim"; 2]);
        assert_eq!(said(Some("onmogelijk")), ["onmogelijk"; 2]);
        assert_eq!(said(Some("niet_gepubliceerd")), ["niet gepubliceerd"; 2]);
        assert_eq!(said(Some("ontbreekt")), ["ontbreekt", "geen politiecijfers"]);
        assert_eq!(said(None), ["ontbreekt", "geen politiecijfers"]);
        let reasons = ["geheim", "onmogelijk", "niet_gepubliceerd", "ontbreekt"];
        for reason in reasons {
            assert!(
                explained(Some(reason)).contains(&reason.replace('_', " ")),
                "{reason}"
            );
        }
    }
}
