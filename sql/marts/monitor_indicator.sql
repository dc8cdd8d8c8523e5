-- doel:    De enquetecijfers met hun marge, en of een verandering groter is dan die marge; alleen binnen een instrument.
-- korrel:  een rij per indicator en meting
-- sleutel: indicator, instrument, meting
-- kolommen:
--   indicator   | sleutel van de vraag
--   naam        | de vraag zoals afgedrukt
--   instrument  | de enquete
--   meting      | jaar van de meting
--   waarde      | uitkomst, in de eenheid
--   eenheid     | %, rapportcijfer, schaalscore of procentpunt
--   n           | aantal deelnemers, leeg als het niet bekend is
--   ondergrens  | ondergrens van het 95%-interval, met ontwerpeffect
--   bovengrens  | bovengrens van het 95%-interval, met ontwerpeffect
--   marge_indicatief | halve breedte bij een aangenomen spreiding, alleen ter indicatie
--   vorige      | uitkomst van de meting ervoor met hetzelfde instrument
--   verandering | waarde min vorige
--   significant | waar of onwaar voor een aandeel waarvan beide metingen een n hebben; anders leeg
--   oordeel     | oordeel over de verandering
--   richting    | welke kant beter is
--   bron        | nota of register
--   peildatum   | de dag waarop het cijfer bekend werd
--   regel       | regel van de nota
WITH opeenvolgend AS (
    SELECT m.indicator,
           m.naam,
           m.instrument,
           m.jaar,
           m.waarde,
           m.eenheid,
           m.soort,
           CAST(m.n AS DOUBLE) AS n,
           m.n AS deelnemers,
           m.standaardafwijking,
           m.ontwerpeffect,
           lag(m.waarde) OVER reeks AS vorige,
           lag(CAST(m.n AS DOUBLE)) OVER reeks AS vorige_n,
           lag(m.ontwerpeffect) OVER reeks AS vorig_effect,
           m.richting,
           m.bron,
           m.peildatum,
           m.regel
    FROM monitor AS m
    WINDOW reeks AS (PARTITION BY m.indicator, m.instrument ORDER BY m.jaar)
),
getoetst AS (
    SELECT o.indicator,
           o.naam,
           o.instrument,
           o.jaar,
           o.waarde,
           o.eenheid,
           o.soort,
           o.n,
           o.deelnemers,
           o.standaardafwijking,
           o.ontwerpeffect,
           o.vorige,
           o.richting,
           o.bron,
           o.peildatum,
           o.regel,
           k.alfa,
           k.standaardafwijking_indicatief,
           CASE WHEN o.soort = 'aandeel'
                THEN share_change_p_value(o.vorige / 100.0, o.vorige_n / o.vorig_effect, o.waarde / 100.0, o.n / o.ontwerpeffect)
           END AS p
    FROM opeenvolgend AS o
    CROSS JOIN conventie AS k
),
geordend AS (
    SELECT indicator,
           instrument,
           jaar,
           CAST(count(*) OVER (PARTITION BY jaar) AS DOUBLE) AS m,
           CAST(row_number() OVER (PARTITION BY jaar ORDER BY p, indicator) AS DOUBLE) AS j,
           p
    FROM getoetst
    WHERE p IS NOT NULL
),
holm AS (
    SELECT indicator,
           instrument,
           jaar,
           max(least(1.0, (m - j + 1.0) * p)) OVER (PARTITION BY jaar ORDER BY j
               ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW) AS p_holm
    FROM geordend
)
SELECT g.indicator,
       g.naam,
       g.instrument,
       g.jaar AS meting,
       g.waarde,
       g.eenheid,
       g.deelnemers AS n,
       round(CASE g.soort
           WHEN 'aandeel' THEN 100.0 * share_lower(g.waarde / 100.0, g.n / g.ontwerpeffect, g.alfa)
           ELSE g.waarde - mean_margin(g.n, g.standaardafwijking, g.ontwerpeffect, g.alfa)
       END, 6) AS ondergrens,
       round(CASE g.soort
           WHEN 'aandeel' THEN 100.0 * share_upper(g.waarde / 100.0, g.n / g.ontwerpeffect, g.alfa)
           ELSE g.waarde + mean_margin(g.n, g.standaardafwijking, g.ontwerpeffect, g.alfa)
       END, 6) AS bovengrens,
       round(CASE WHEN g.soort IN ('rapportcijfer', 'schaalscore') AND g.standaardafwijking IS NULL
           THEN mean_margin(g.n, g.standaardafwijking_indicatief, g.ontwerpeffect, g.alfa) END, 6) AS marge_indicatief,
       g.vorige,
       round(g.waarde - g.vorige, 6) AS verandering,
       h.p_holm < g.alfa AS significant,
       f.frase AS oordeel,
       g.richting,
       g.bron,
       g.peildatum,
       g.regel
FROM getoetst AS g
LEFT JOIN holm AS h ON h.indicator = g.indicator AND h.instrument = g.instrument AND h.jaar = g.jaar
JOIN frasen AS f ON f.code = CASE
    WHEN g.waarde IS NULL THEN 'geen_waarde'
    WHEN g.vorige IS NULL THEN 'niet_te_beoordelen'
    WHEN h.p_holm IS NULL THEN 'niet_te_beoordelen'
    WHEN h.p_holm < g.alfa AND g.waarde < g.vorige THEN 'lager'
    WHEN h.p_holm < g.alfa THEN 'hoger'
    WHEN g.p < g.alfa AND g.waarde < g.vorige THEN 'mogelijk_lager'
    WHEN g.p < g.alfa THEN 'mogelijk_hoger'
    ELSE 'geen_verschil'
END
