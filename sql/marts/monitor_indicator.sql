-- doel:    De enquetecijfers met hun marge, en of een verandering groter is dan die marge; alleen binnen een instrument en een regio, en nooit over een breuk die vergelijken verbiedt. Waar de bron een interval geeft is dat de marge, en toetst het verschil aan hoever de twee intervallen naar elkaar toe reiken (Newcombe; bij gelijke kanten het verschil gedeeld door de wortel van de twee gekwadrateerde standaardfouten).
-- korrel:  een rij per indicator, instrument, regio en meting
-- sleutel: indicator, instrument, regio_code, meting
-- kolommen:
--   indicator   | sleutel van de vraag
--   naam        | de vraag zoals afgedrukt
--   instrument  | de enquete
--   regio_code  | de eigen gemeente, of het land waar de bron dat ernaast geeft
--   regio       | naam van de regio
--   meting      | jaar van de meting
--   waarde      | uitkomst, in de eenheid
--   eenheid     | %, rapportcijfer, schaalscore of procentpunt
--   n           | aantal deelnemers, leeg als het niet bekend is
--   ondergrens  | ondergrens van het 95%-interval: van de bron, anders uit n met ontwerpeffect
--   bovengrens  | bovengrens van het 95%-interval: van de bron, anders uit n met ontwerpeffect
--   marge_indicatief | halve breedte bij een aangenomen spreiding, alleen ter indicatie
--   vorige      | uitkomst van de meting ervoor met hetzelfde instrument; leeg over een breuk die vergelijken verbiedt
--   verandering | waarde min vorige
--   significant | waar of onwaar waar beide metingen een gepubliceerd interval hebben, of aandelen met een n zijn; anders leeg
--   oordeel     | oordeel over de verandering
--   voorbehoud  | wat bij die verandering gezegd moet worden: trendbreuk, niet-representatief jaar of voorlopig
--   richting    | welke kant beter is
--   bron        | nota, register of tabel van de bron
--   peildatum   | de dag waarop het cijfer bekend werd
--   regel       | regel van de nota
WITH opeenvolgend AS (
    SELECT m.indicator,
           m.naam,
           m.instrument,
           m.regio_code,
           m.regio,
           m.jaar,
           m.waarde,
           m.ondergrens,
           m.bovengrens,
           m.betrouwbaarheid,
           m.eenheid,
           m.soort,
           CAST(m.n AS DOUBLE) AS n,
           m.n AS deelnemers,
           m.standaardafwijking,
           m.ontwerpeffect,
           lag(m.jaar) OVER reeks AS vorig_jaar,
           lag(m.waarde) OVER reeks AS vorige,
           lag(m.ondergrens) OVER reeks AS vorige_ondergrens,
           lag(m.bovengrens) OVER reeks AS vorige_bovengrens,
           lag(m.betrouwbaarheid) OVER reeks AS vorige_betrouwbaarheid,
           lag(CAST(m.n AS DOUBLE)) OVER reeks AS vorige_n,
           lag(m.ontwerpeffect) OVER reeks AS vorig_effect,
           lag(m.status) OVER reeks AS vorige_status,
           m.richting,
           m.status,
           m.bron,
           m.peildatum,
           m.regel
    FROM monitor AS m
    WINDOW reeks AS (PARTITION BY m.indicator, m.instrument, m.regio_code ORDER BY m.jaar)
),
-- Dezelfde grenzen als bij de politiereeksen: een breuk in een van de twee jaren telt ook.
breuken AS (
    SELECT o.indicator,
           o.instrument,
           o.regio_code,
           o.jaar,
           bool_or(k.blokkerend) AS blokkeert
    FROM opeenvolgend AS o
    JOIN trendbreuken AS k ON k.instrument = o.instrument AND k.effect = 'breuk'
    WHERE k.datum > make_date(CAST(o.vorig_jaar AS INT), 1, 1) AND k.datum <= make_date(CAST(o.jaar AS INT), 12, 31)
    GROUP BY o.indicator, o.instrument, o.regio_code, o.jaar
),
vergeleken AS (
    SELECT o.indicator,
           o.naam,
           o.instrument,
           o.regio_code,
           o.regio,
           o.jaar,
           o.waarde,
           o.ondergrens,
           o.bovengrens,
           o.betrouwbaarheid,
           o.eenheid,
           o.soort,
           o.n,
           o.deelnemers,
           o.standaardafwijking,
           o.ontwerpeffect,
           o.vorig_jaar,
           CASE WHEN NOT coalesce(b.blokkeert, false) THEN o.vorige END AS vorige,
           o.vorige_ondergrens,
           o.vorige_bovengrens,
           o.vorige_betrouwbaarheid,
           o.vorige_n,
           o.vorig_effect,
           o.richting,
           o.bron,
           o.peildatum,
           o.regel
    FROM opeenvolgend AS o
    LEFT JOIN breuken AS b
        ON b.indicator = o.indicator AND b.instrument = o.instrument AND b.regio_code = o.regio_code AND b.jaar = o.jaar
),
getoetst AS (
    SELECT o.indicator,
           o.naam,
           o.instrument,
           o.regio_code,
           o.regio,
           o.jaar,
           o.waarde,
           o.ondergrens,
           o.bovengrens,
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
           CASE
               WHEN o.betrouwbaarheid = o.vorige_betrouwbaarheid
                   THEN published_change_p_value(o.vorige, o.vorige_ondergrens, o.vorige_bovengrens,
                                                 o.waarde, o.ondergrens, o.bovengrens, 1.0 - o.betrouwbaarheid / 100.0)
               WHEN o.soort = 'aandeel'
                   THEN share_change_p_value(o.vorige / 100.0, o.vorige_n / o.vorig_effect, o.waarde / 100.0, o.n / o.ontwerpeffect)
           END AS p
    FROM vergeleken AS o
    CROSS JOIN conventie AS k
),
geordend AS (
    SELECT indicator,
           instrument,
           regio_code,
           jaar,
           CAST(count(*) OVER (PARTITION BY instrument, regio_code, jaar) AS DOUBLE) AS m,
           CAST(row_number() OVER (PARTITION BY instrument, regio_code, jaar ORDER BY p, indicator) AS DOUBLE) AS j,
           p
    FROM getoetst
    WHERE p IS NOT NULL
),
-- Een familie is een enquete in een regio en een jaar: de ene enquete verandert het oordeel over de andere niet.
holm AS (
    SELECT indicator,
           instrument,
           regio_code,
           jaar,
           max(least(1.0, (m - j + 1.0) * p)) OVER (PARTITION BY instrument, regio_code, jaar ORDER BY j
               ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW) AS p_holm
    FROM geordend
),
gevonden AS (
    SELECT indicator, instrument, regio_code, jaar, 'voorbehoud_trendbreuk' AS code
    FROM breuken
    UNION ALL
    SELECT o.indicator, o.instrument, o.regio_code, o.jaar, 'voorbehoud_niet_representatief' AS code
    FROM opeenvolgend AS o
    JOIN niet_representatief AS n ON n.jaar = o.jaar OR n.jaar = o.vorig_jaar
    UNION ALL
    SELECT o.indicator, o.instrument, o.regio_code, o.jaar, 'voorbehoud_voorlopig' AS code
    FROM opeenvolgend AS o
    WHERE o.status LIKE '%voorlopig' OR o.vorige_status LIKE '%voorlopig'
),
gezegd AS (
    SELECT g.indicator,
           g.instrument,
           g.regio_code,
           g.jaar,
           string_agg(DISTINCT f.frase, '; ' ORDER BY f.frase) AS voorbehoud
    FROM gevonden AS g
    JOIN frasen AS f ON f.code = g.code
    GROUP BY g.indicator, g.instrument, g.regio_code, g.jaar
)
SELECT g.indicator,
       g.naam,
       g.instrument,
       g.regio_code,
       g.regio,
       g.jaar AS meting,
       g.waarde,
       g.eenheid,
       g.deelnemers AS n,
       round(coalesce(g.ondergrens, CASE g.soort
           WHEN 'aandeel' THEN 100.0 * share_lower(g.waarde / 100.0, g.n / g.ontwerpeffect, g.alfa)
           ELSE g.waarde - mean_margin(g.n, g.standaardafwijking, g.ontwerpeffect, g.alfa)
       END), 6) AS ondergrens,
       round(coalesce(g.bovengrens, CASE g.soort
           WHEN 'aandeel' THEN 100.0 * share_upper(g.waarde / 100.0, g.n / g.ontwerpeffect, g.alfa)
           ELSE g.waarde + mean_margin(g.n, g.standaardafwijking, g.ontwerpeffect, g.alfa)
       END), 6) AS bovengrens,
       round(CASE WHEN g.soort IN ('rapportcijfer', 'schaalscore') AND g.standaardafwijking IS NULL
           THEN mean_margin(g.n, g.standaardafwijking_indicatief, g.ontwerpeffect, g.alfa) END, 6) AS marge_indicatief,
       g.vorige,
       round(g.waarde - g.vorige, 6) AS verandering,
       h.p_holm < g.alfa AS significant,
       f.frase AS oordeel,
       z.voorbehoud,
       g.richting,
       g.bron,
       g.peildatum,
       g.regel
FROM getoetst AS g
LEFT JOIN holm AS h
    ON h.indicator = g.indicator AND h.instrument = g.instrument AND h.regio_code = g.regio_code AND h.jaar = g.jaar
LEFT JOIN gezegd AS z
    ON z.indicator = g.indicator AND z.instrument = g.instrument AND z.regio_code = g.regio_code AND z.jaar = g.jaar
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
