-- doel:    Het nieuwste bewijs per doel: een reeks van de politie, een enquete van hetzelfde instrument of een meting met bewijsstuk.
-- korrel:  een rij per doel met bewijs
-- sleutel: doel
-- kolommen:
--   doel       | nummer van het doel
--   jaar       | jaar waarover het bewijs gaat
--   datum      | dag waarop het bewijs geldt
--   waarde     | gemeten waarde
--   ondergrens | ondergrens van het 95%-interval, leeg als die er niet is
--   bovengrens | bovengrens van het 95%-interval, leeg als die er niet is
--   stand      | meting, gestart, gereed of nvt
--   noemer     | aantal gevallen waarop een percentage berust
--   steekproef | waar als de waarde uit een steekproef komt
--   is_reeks   | waar als de waarde een politiereeks is
--   bewijs     | waar het bewijs te vinden is
--   bron       | tabel van de bron, nota of register
--   peildatum  | de dag waarop de waarde zo bekend was
WITH reeksen AS (
    SELECT d.doel,
           j.jaar,
           j.einde AS datum,
           CAST(e.waarde AS DOUBLE) AS waarde,
           e.ondergrens,
           e.bovengrens,
           'meting' AS stand,
           CAST(NULL AS DOUBLE) AS noemer,
           false AS steekproef,
           true AS is_reeks,
           concat('reeks ', d.reeks, ' in delicten_jaar') AS bewijs,
           e.bron,
           e.peildatum
    FROM doel AS d
    CROSS JOIN rapportjaar AS j
    JOIN eigen_reeks AS e ON e.laag = 'reeks' AND e.reeks = d.reeks AND e.jaar = j.jaar
    WHERE e.waarde IS NOT NULL
),
enquetes AS (
    SELECT d.doel,
           m.meting AS jaar,
           make_date(m.meting, 12, 31) AS datum,
           m.waarde,
           m.ondergrens,
           m.bovengrens,
           'meting' AS stand,
           CAST(m.n AS DOUBLE) AS noemer,
           true AS steekproef,
           false AS is_reeks,
           concat('enquete ', m.instrument, ', vraag ', m.indicator) AS bewijs,
           m.bron,
           m.peildatum
    FROM doel AS d
    CROSS JOIN rapportjaar AS j
    CROSS JOIN beleid AS b
    JOIN monitor_indicator AS m ON m.indicator = d.indicator AND m.instrument = d.instrument
    WHERE m.waarde IS NOT NULL
      AND m.meting > coalesce(d.basisjaar, b.basisjaar)
      AND m.meting <= j.jaar
),
handmatig AS (
    SELECT d.doel,
           CAST(extract(YEAR FROM m.datum) AS INT) AS jaar,
           m.datum,
           m.waarde,
           CAST(NULL AS DOUBLE) AS ondergrens,
           CAST(NULL AS DOUBLE) AS bovengrens,
           m.stand,
           m.noemer,
           d.eenheid = 'rapportcijfer' AS steekproef,
           false AS is_reeks,
           m.bewijs,
           m.bron,
           m.peildatum
    FROM doel AS d
    CROSS JOIN rapportjaar AS j
    CROSS JOIN beleid AS b
    JOIN metingen AS m ON m.doel = d.doel
    WHERE m.bewijs IS NOT NULL
      AND m.datum > make_date(coalesce(d.basisjaar, b.basisjaar), 12, 31)
      AND m.datum <= j.einde
      AND (d.ritme <> 'jaarlijks' OR m.datum >= j.begin)
),
alles AS (
    SELECT doel, jaar, datum, waarde, ondergrens, bovengrens, stand, noemer, steekproef, is_reeks, bewijs, bron, peildatum
    FROM reeksen
    UNION ALL
    SELECT doel, jaar, datum, waarde, ondergrens, bovengrens, stand, noemer, steekproef, is_reeks, bewijs, bron, peildatum
    FROM enquetes
    UNION ALL
    SELECT doel, jaar, datum, waarde, ondergrens, bovengrens, stand, noemer, steekproef, is_reeks, bewijs, bron, peildatum
    FROM handmatig
),
geordend AS (
    SELECT doel, jaar, datum, waarde, ondergrens, bovengrens, stand, noemer, steekproef, is_reeks, bewijs, bron, peildatum,
           row_number() OVER (PARTITION BY doel ORDER BY datum DESC, bewijs) AS plaats
    FROM alles
)
SELECT doel,
       jaar,
       datum,
       waarde,
       ondergrens,
       bovengrens,
       stand,
       noemer,
       steekproef,
       is_reeks,
       bewijs,
       bron,
       peildatum
FROM geordend
WHERE plaats = 1
