-- doel:    Het nieuwste bewijs per doel, tot en met zijn termijn waar het een cijfer is: een reeks van de politie, een enquete van hetzelfde instrument of een meting met bewijsstuk.
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
--   klein_aantal | waar als de meting over minder gevallen gaat dan de afspraak toelaat, of een aandeel van weet niemand hoeveel is
--   ander_instrument | waar als alleen een andere enquete dan het doel noemt de vraag heeft gesteld
--   steekproef | waar als de waarde uit een steekproef komt
--   is_reeks   | waar als de waarde een politiereeks is
--   representatief | onwaar als het register het jaar van een reeks of enquete niet representatief noemt
--   ander_niveau | waar als het jaar van een reeks op geen niveau staat, of op een ander dan jaar 0, zie niveau: dan is er niets mee te bewijzen
--   basis_afwijkend | waar als jaar 0 zoals de bron het nu telt op geen niveau staat
--   bewijs     | waar het bewijs te vinden is
--   bron       | tabel van de bron, nota of register
--   peildatum  | de dag waarop de waarde zo bekend was
WITH grens AS (
    SELECT d.doel,
           least(j.jaar, coalesce(CAST(extract(YEAR FROM d.termijn) AS INT), j.jaar)) AS laatste_jaar
    FROM doel AS d
    CROSS JOIN rapportjaar AS j
),
reeksen AS (
    SELECT d.doel,
           e.jaar,
           make_date(e.jaar, 12, 31) AS datum,
           CAST(e.waarde AS DOUBLE) AS waarde,
           e.ondergrens,
           e.bovengrens,
           'meting' AS stand,
           false AS klein_aantal,
           false AS ander_instrument,
           false AS steekproef,
           true AS is_reeks,
           e.afwijkend OR coalesce(NOT n.afwijkend AND n.niveau <> e.niveau, false) AS ander_niveau,
           coalesce(n.afwijkend, false) AS basis_afwijkend,
           concat('reeks ', d.reeks, ' in delicten_jaar') AS bewijs,
           e.bron,
           e.peildatum
    FROM doel AS d
    JOIN grens AS g ON g.doel = d.doel
    JOIN eigen_reeks AS e ON e.laag = 'reeks' AND e.reeks = d.reeks AND e.jaar = g.laatste_jaar
    CROSS JOIN beleid AS b
    LEFT JOIN eigen_reeks AS n ON n.laag = 'reeks' AND n.reeks = d.reeks AND n.jaar = coalesce(d.basisjaar, b.basisjaar)
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
           coalesce(m.n < k.noemer_minimum, false) AS klein_aantal,
           NOT coalesce(m.instrument = d.instrument, false) AS ander_instrument,
           true AS steekproef,
           false AS is_reeks,
           false AS ander_niveau,
           false AS basis_afwijkend,
           concat('enquete ', m.instrument, ', vraag ', m.indicator) AS bewijs,
           m.bron,
           m.peildatum
    FROM doel AS d
    JOIN grens AS g ON g.doel = d.doel
    CROSS JOIN beleid AS b
    CROSS JOIN conventie AS k
    JOIN monitor_indicator AS m ON m.indicator = d.indicator AND m.regio_code = b.gemeente
    WHERE m.waarde IS NOT NULL
      AND m.meting > coalesce(d.basisjaar, b.basisjaar)
      AND m.meting <= g.laatste_jaar
),
handmatig AS (
    SELECT d.doel,
           CAST(extract(YEAR FROM m.datum) AS INT) AS jaar,
           m.datum,
           m.waarde,
           CAST(NULL AS DOUBLE) AS ondergrens,
           CAST(NULL AS DOUBLE) AS bovengrens,
           m.stand,
           m.reden = 'geheim'
               OR (d.klein_aantal AND d.eenheid = '%' AND m.waarde IS NOT NULL AND m.noemer IS NULL) AS klein_aantal,
           false AS ander_instrument,
           d.eenheid = 'rapportcijfer' AS steekproef,
           false AS is_reeks,
           false AS ander_niveau,
           false AS basis_afwijkend,
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
    SELECT doel, jaar, datum, waarde, ondergrens, bovengrens, stand, klein_aantal, ander_instrument, steekproef, is_reeks, ander_niveau, basis_afwijkend, bewijs, bron, peildatum
    FROM reeksen
    UNION ALL
    SELECT doel, jaar, datum, waarde, ondergrens, bovengrens, stand, klein_aantal, ander_instrument, steekproef, is_reeks, ander_niveau, basis_afwijkend, bewijs, bron, peildatum
    FROM enquetes
    UNION ALL
    SELECT doel, jaar, datum, waarde, ondergrens, bovengrens, stand, klein_aantal, ander_instrument, steekproef, is_reeks, ander_niveau, basis_afwijkend, bewijs, bron, peildatum
    FROM handmatig
),
geordend AS (
    SELECT a.doel, a.jaar, a.datum, a.waarde, a.ondergrens, a.bovengrens, a.stand, a.klein_aantal, a.ander_instrument, a.steekproef, a.is_reeks,
           a.ander_niveau, a.basis_afwijkend, a.bewijs, a.bron, a.peildatum,
           NOT (a.is_reeks OR a.steekproef) OR n.jaar IS NULL AS representatief,
           -- Wat klaar is, blijft klaar: de eerste afronding van een mijlpaal telt, van al het andere het nieuwste.
           row_number() OVER (PARTITION BY a.doel ORDER BY
               CASE WHEN a.ander_instrument THEN 1 ELSE 0 END,
               CASE WHEN d.soort IN ('MIL', 'OND') AND a.stand = 'gereed' THEN 0 ELSE 1 END,
               CASE WHEN d.soort IN ('MIL', 'OND') AND a.stand = 'gereed' THEN a.datum END,
               a.datum DESC,
               a.bewijs) AS plaats
    FROM alles AS a
    JOIN doel AS d ON d.doel = a.doel
    LEFT JOIN niet_representatief AS n ON n.jaar = a.jaar
)
SELECT doel,
       jaar,
       datum,
       waarde,
       ondergrens,
       bovengrens,
       stand,
       klein_aantal,
       ander_instrument,
       steekproef,
       is_reeks,
       representatief,
       ander_niveau,
       basis_afwijkend,
       bewijs,
       bron,
       peildatum
FROM geordend
WHERE plaats = 1
