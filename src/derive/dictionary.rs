//! The data dictionary, made from the headers of `sql/` and the declared registers; a test keeps `sql/README.md` equal
//! to it, so that it cannot fall behind.

use std::fmt::Write as _;

use super::sql_file::{Layer, SqlFile};
use crate::normalise::table_name;
use crate::pipeline::REGISTERS;

/// The whole dictionary as Markdown, in Dutch.
pub fn markdown(files: &[SqlFile]) -> String {
    let mut text = String::from(
        "# Gegevenswoordenboek\n\nGemaakt uit de koppen van `sql/` en de registers van de pijplijn; een test houdt het gelijk. Met de hand wijzigen \
         heeft geen zin: wijzig de kop van het SQL-bestand en draai `NULMETING_UPDATE=1 cargo test dictionary`.\n\n\
         Elke tabel staat als `norm/<naam>.parquet` of `marts/<naam>.parquet` in een publicatie, gesorteerd op haar sleutel. \
         Elke waarneming heeft `waarde`, `reden` (waarom er een getal staat of niet), `status`, `bron` en `peildatum`. Een leeg \
         getal is nooit nul.\n",
    );
    for (layer, title) in [
        (Layer::Mart, "Marts: afgeleide tabellen"),
        (Layer::Norm, "Norm: genormaliseerde bronnen"),
    ] {
        let _ = write!(text, "\n## {title}\n");
        for file in files.iter().filter(|file| file.layer == layer) {
            table(&mut text, file);
        }
    }
    text.push_str(
        "\n## Norm: registers\n\nDeze tabellen komen uit de CSV-bestanden naast het pijplijnbestand. ",
    );
    text.push_str("`monitor` en `metingen` staan hierboven: daar maakt `sql/norm/` waarnemingen van.\n");
    for register in REGISTERS
        .iter()
        .filter(|register| !table_name(register.name).starts_with("register_"))
    {
        let _ = write!(
            text,
            "\n### {}\n\n{}\n\n| kolom | betekenis |\n|---|---|\n",
            table_name(register.name),
            register.description
        );
        for field in register.fields {
            let _ = writeln!(text, "| `{}` | {} |", field.name, cell(field.description));
        }
    }
    text.push_str(
        "\nUit het pijplijnbestand zelf komen `beleid` (een rij: wat de raad vaststelde), `niet_representatief` (jaren die niets \
         bewijzen) en `bronnen` (welke tabellen zijn opgehaald). `bestanden` nummert de ontvangen bestanden met cijfers, in de volgorde \
         waarin ze gelezen zijn: naam, levering, peildatum en indeling. `conventie` is `conventies` als een rij met een kolom per afspraak.\n",
    );
    text.push_str(
        "\n## Controles\n\n| controle | ernst | waarom | wat er getoetst is |\n|---|---|---|---|\n",
    );
    for file in files.iter().filter(|file| file.layer == Layer::Check) {
        let severity = file
            .severity
            .map(|severity| severity.to_string())
            .unwrap_or_default();
        let _ = writeln!(
            text,
            "| `{}` | {severity} | {} | {} |",
            file.name,
            cell(&file.purpose),
            cell(&file.tested)
        );
    }
    text
}

fn table(text: &mut String, file: &SqlFile) {
    let _ = write!(
        text,
        "\n### {}\n\n{}\n\nKorrel: {}. Sleutel: `{}`. SQL: [`{}`]({}).\n\n| kolom | betekenis |\n|---|---|\n",
        file.name,
        file.purpose,
        file.grain,
        file.key.join("`, `"),
        file.path,
        file.path.trim_start_matches("sql/"),
    );
    for column in &file.columns {
        let _ = writeln!(text, "| `{}` | {} |", column.name, cell(&column.description));
    }
}

/// A text that does not end a cell of a Markdown table.
fn cell(text: &str) -> String {
    text.replace('|', "\\|")
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use crate::{derive, disk};

    #[test]
    fn the_dictionary_in_the_repository_is_that_of_the_sql_files() {
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("sql/README.md");
        let made = super::markdown(&derive::load(None).unwrap());
        if std::env::var_os("NULMETING_UPDATE").is_some() {
            disk::write_atomic(&path, made.as_bytes()).unwrap();
        }
        let kept = disk::read_to_string(&path).unwrap();
        assert!(
            kept == made,
            "sql/README.md is out of date: run NULMETING_UPDATE=1 cargo test dictionary"
        );
    }
}
