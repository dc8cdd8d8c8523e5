//! The table "Hengelo" of section 2, recalculated from counts, inhabitants and the sums behind each τ².
//!
//! The sums ΣA and ΣB were calculated once outside this program, in whole numbers, from the recorded 47013NED files of
//! 2012–2019 (fraude 2016–2019) over the 117 peers; every other figure is printed in the specification. Inhabitants
//! are those of 1 January in 03759ned.

use super::Observed;
use super::dispersion::yearly_dispersion;
use super::holm::holm;
use super::pair::Pair;
use super::testing::assert_printed;

const ALPHA: f64 = 0.05;
const SMALLEST_BASE: f64 = 10.0;
const INHABITANTS_2019: f64 = 80_683.0;
const INHABITANTS_2021: f64 = 81_049.0;
const INHABITANTS_2022: f64 = 81_476.0;

/// What the specification prints for one comparison: ratio, limits, p and, within the family, p*.
struct Printed {
    ratio: f64,
    limits: [f64; 2],
    p_value: f64,
    corrected: Option<f64>,
}

struct Row {
    name: &'static str,
    /// Registered in 2019, 2021 and 2022.
    counts: [f64; 3],
    /// ΣA and ΣB.
    sums: [f64; 2],
    dispersion: f64,
    since_2019: Printed,
    since_2021: Printed,
}

const fn printed(ratio: f64, lower: f64, upper: f64, p_value: f64, corrected: Option<f64>) -> Printed {
    Printed {
        ratio,
        limits: [lower, upper],
        p_value,
        corrected,
    }
}

const fn row(
    name: &'static str,
    counts: [f64; 3],
    sums: [f64; 2],
    dispersion: f64,
    since_2019: Printed,
    since_2021: Printed,
) -> Row {
    Row {
        name,
        counts,
        sums,
        dispersion,
        since_2019,
        since_2021,
    }
}

#[rustfmt::skip]
const TABLE: [Row; 16] = [
    row("mand", [2140.0, 1758.0, 2087.0], [71_031_024.0, 30_875_330_318.0], 0.00230,
        printed(0.9657, 0.8322, 1.1206, 0.6666, None), printed(1.1809, 1.0161, 1.3732, 0.0299, None)),
    row("woninginbraken", [170.0, 132.0, 142.0], [5_719_996.0, 382_569_542.0], 0.01495,
        printed(0.8272, 0.5375, 1.2673, 0.4167, Some(1.0)), printed(1.0701, 0.6922, 1.6575, 0.8295, Some(1.0))),
    row("diefstal_box_garage", [61.0, 65.0, 47.0], [1_232_478.0, 40_531_594.0], 0.03041,
        printed(0.7630, 0.3871, 1.4796, 0.4820, Some(1.0)), printed(0.7193, 0.3648, 1.3900, 0.3704, Some(1.0))),
    row("diefstal_uit_motorvoertuig", [114.0, 155.0, 118.0], [9_071_610.0, 541_266_644.0], 0.01676,
        printed(1.0250, 0.6424, 1.6372, 1.0, Some(1.0)), printed(0.7573, 0.4765, 1.1942, 0.2503, Some(1.0))),
    row("fietsendiefstal", [599.0, 389.0, 678.0], [16_626_992.0, 1_538_711_678.0], 0.01081,
        printed(1.1209, 0.8134, 1.5472, 0.5186, Some(1.0)), printed(1.7338, 1.2414, 2.4414, 0.0009, Some(0.0122))),
    row("inbraak_bedrijven", [73.0, 30.0, 65.0], [1_079_698.0, 78_209_768.0], 0.01381,
        printed(0.8817, 0.5357, 1.4456, 0.6823, Some(1.0)), printed(2.1553, 1.2063, 3.9938, 0.0077, Some(0.0928))),
    row("winkeldiefstal", [200.0, 136.0, 155.0], [1_336_682.0, 194_108_842.0], 0.00689,
        printed(0.7675, 0.5532, 1.0609, 0.1128, Some(1.0)), printed(1.1337, 0.8079, 1.5943, 0.5014, Some(1.0))),
    row("overige_vermogensdelicten", [471.0, 388.0, 447.0], [5_065_070.0, 1_279_133_298.0], 0.00396,
        printed(0.9398, 0.7515, 1.1749, 0.6137, Some(1.0)), printed(1.1460, 0.9128, 1.4402, 0.2499, Some(1.0))),
    row("bedreiging", [106.0, 113.0, 105.0], [228_828.0, 95_422_392.0], 0.00240,
        printed(0.9809, 0.7164, 1.3429, 0.9617, Some(1.0)), printed(0.9243, 0.6775, 1.2599, 0.6594, Some(1.0))),
    row("mishandeling", [149.0, 145.0, 176.0], [371_080.0, 218_676_296.0], 0.00170,
        printed(1.1697, 0.9076, 1.5097, 0.2358, Some(1.0)), printed(1.2074, 0.9354, 1.5611, 0.1528, Some(1.0))),
    row("overval", [7.0, 3.0, 0.0], [8784.0, 169_112.0], 0.05194,
        printed(0.0, 0.0, 0.8557, 0.0320, None), printed(0.0, 0.0, 2.7493, 0.2884, None)),
    row("straatroof", [4.0, 1.0, 5.0], [34_320.0, 1_360_320.0], 0.02523,
        printed(1.2378, 0.2409, 6.9785, 1.0, None), printed(4.9738, 0.5123, 301.0022, 0.2517, None)),
    row("openlijk_geweld", [15.0, 16.0, 17.0], [41_162.0, 1_993_844.0], 0.02064,
        printed(1.1223, 0.4641, 2.7528, 0.9378, Some(1.0)), printed(1.0569, 0.4410, 2.5500, 1.0, Some(1.0))),
    row("zedendelicten", [47.0, 43.0, 47.0], [130_590.0, 5_604_936.0], 0.02330,
        printed(0.9903, 0.5265, 1.8625, 1.0, Some(1.0)), printed(1.0873, 0.5750, 2.0664, 0.8998, Some(1.0))),
    row("illegale_handel", [124.0, 142.0, 85.0], [550_990.0, 36_312_468.0], 0.01517,
        printed(0.6788, 0.4218, 1.0802, 0.1068, Some(1.0)), printed(0.5955, 0.3695, 0.9454, 0.0267, Some(0.2938))),
    row("horizontale_fraude", [381.0, 531.0, 388.0], [975_308.0, 124_054_162.0], 0.00786,
        printed(1.0085, 0.7515, 1.3535, 1.0, Some(1.0)), printed(0.7269, 0.5421, 0.9712, 0.0303, Some(0.3033))),
];

impl Row {
    fn dispersion(&self) -> f64 {
        // 117 peers and six triples each; fraude has two.
        let triples = if self.name == "horizontale_fraude" {
            234
        } else {
            702
        };
        yearly_dispersion(self.sums[0], self.sums[1], triples, 60).unwrap()
    }

    fn pairs(&self) -> [Pair; 2] {
        let [count_2019, count_2021, count_2022] = self.counts;
        let compared = Observed {
            count: count_2022,
            inhabitants: INHABITANTS_2022,
        };
        [(count_2019, INHABITANTS_2019), (count_2021, INHABITANTS_2021)].map(|(count, inhabitants)| {
            Pair::new(Observed { count, inhabitants }, compared, self.dispersion()).unwrap()
        })
    }

    fn printed(&self) -> [&Printed; 2] {
        [&self.since_2019, &self.since_2021]
    }
}

#[test]
fn the_dispersion_of_every_row_is_the_printed_one() {
    for row in &TABLE {
        assert_printed(row.dispersion(), row.dispersion, 5);
    }
}

#[test]
fn the_ratio_its_limits_and_the_p_value_of_every_row_are_the_printed_ones() {
    for row in &TABLE {
        for (pair, printed) in row.pairs().iter().zip(row.printed()) {
            let limits = pair.limits(ALPHA).unwrap();
            assert_printed(pair.rate_ratio().unwrap(), printed.ratio, 4);
            assert_printed(limits.lower, printed.limits[0], 4);
            assert_printed(limits.upper.unwrap(), printed.limits[1], 4);
            assert_printed(pair.p_value().unwrap(), printed.p_value, 4);
        }
    }
}

#[test]
fn the_corrected_p_values_of_both_families_of_thirteen_are_the_printed_ones() {
    for comparison in 0..2 {
        // The basket is the primary row and stays outside; so do rows with too small a base.
        let family: Vec<&Row> = TABLE
            .iter()
            .filter(|row| row.name != "mand" && row.counts[comparison] >= SMALLEST_BASE)
            .collect();
        assert_eq!(family.len(), 13);
        let raw: Vec<f64> = family
            .iter()
            .map(|row| row.pairs()[comparison].p_value().unwrap())
            .collect();
        for (row, corrected) in family.iter().zip(holm(&raw).unwrap()) {
            assert_printed(corrected, row.printed()[comparison].corrected.unwrap(), 4);
        }
    }
}
