-- doel:    Elk doel langs zijn drempel en zijn weg, tegen het vastgestelde jaar 0 en tegen jaar 0 zoals de bron het nu telt.
-- korrel:  een rij per doel en telling van jaar 0
-- sleutel: doel, telling
-- kolommen:
--   doel         | nummer van het doel
--   telling      | vastgesteld, of herzien (alleen voor doelen op een politiereeks)
--   basiswaarde  | waarde in jaar 0
--   streefwaarde | drempel
--   padwaarde    | waar de rechte weg van jaar 0 naar de drempel in het jaar van het bewijs ligt
--   op_termijn   | waar als het rapportjaar de termijn bereikt
--   meetlat      | de drempel op de termijn, anders de padwaarde, anders de drempel
--   voldoet      | waar als de waarde aan de meetlat voldoet
--   drempel_gehaald | waar als de waarde aan de drempel voldoet
--   onzeker      | waar als het interval de meetlat bevat of onbekend is, of het bewijs te oud is
WITH tellingen AS (
    SELECT d.doel, 'vastgesteld' AS telling, d.basiswaarde, d.streefwaarde
    FROM doel AS d
    UNION ALL
    SELECT d.doel, 'herzien' AS telling,
           CAST(n.waarde_bron AS DOUBLE) AS basiswaarde,
           n.waarde_bron * (100.0 - b.daling_pct) / 100.0 AS streefwaarde
    FROM doel AS d
    CROSS JOIN beleid AS b
    JOIN nulmeting AS n ON n.reeks = d.reeks AND n.streefwaarde IS NOT NULL
    WHERE d.basiswaarde IS NOT NULL
),
gelegd AS (
    SELECT d.doel,
           t.telling,
           t.basiswaarde,
           t.streefwaarde,
           w.jaar,
           w.waarde,
           w.ondergrens,
           w.bovengrens,
           w.steekproef OR w.is_reeks AS heeft_marge,
           d.richting,
           CASE WHEN t.basiswaarde IS NOT NULL AND d.basisjaar IS NOT NULL AND d.termijn IS NOT NULL
                THEN t.basiswaarde + (t.streefwaarde - t.basiswaarde)
                     * (least(w.jaar, CAST(extract(YEAR FROM d.termijn) AS INT)) - d.basisjaar)
                     / CAST(extract(YEAR FROM d.termijn) - d.basisjaar AS DOUBLE) END AS padwaarde,
           d.ritme = 'jaarlijks' OR coalesce(j.einde >= d.termijn, false) AS op_termijn,
           d.ritme <> 'jaarlijks' AND coalesce(j.einde >= d.termijn AND w.datum < make_date(CAST(extract(YEAR FROM d.termijn) AS INT), 1, 1), false) AS bewijs_te_oud
    FROM doel AS d
    CROSS JOIN rapportjaar AS j
    JOIN tellingen AS t ON t.doel = d.doel
    JOIN doel_bewijs AS w ON w.doel = d.doel
    WHERE w.waarde IS NOT NULL
      AND t.streefwaarde IS NOT NULL
      AND d.richting IS NOT NULL
),
gemeten AS (
    SELECT doel, telling, basiswaarde, streefwaarde, padwaarde, op_termijn, bewijs_te_oud, waarde, ondergrens,
           bovengrens, heeft_marge, richting,
           CASE WHEN op_termijn THEN streefwaarde ELSE coalesce(padwaarde, streefwaarde) END AS meetlat
    FROM gelegd
),
gewogen AS (
    SELECT doel, telling, basiswaarde, streefwaarde, padwaarde, op_termijn, bewijs_te_oud, waarde, ondergrens,
           bovengrens, heeft_marge, richting, meetlat,
           CASE richting
               WHEN '<=' THEN waarde <= meetlat
               WHEN '<' THEN waarde < meetlat
               WHEN '>=' THEN waarde >= meetlat
               WHEN '>' THEN waarde > meetlat
               WHEN '=' THEN waarde = meetlat
           END AS voldoet
    FROM gemeten
)
SELECT doel,
       telling,
       basiswaarde,
       round(streefwaarde, 6) AS streefwaarde,
       round(padwaarde, 6) AS padwaarde,
       op_termijn,
       round(meetlat, 6) AS meetlat,
       voldoet,
       CASE richting
           WHEN '<=' THEN waarde <= streefwaarde
           WHEN '<' THEN waarde < streefwaarde
           WHEN '>=' THEN waarde >= streefwaarde
           WHEN '>' THEN waarde > streefwaarde
           WHEN '=' THEN waarde = streefwaarde
       END AS drempel_gehaald,
       bewijs_te_oud
           OR coalesce(ondergrens <= meetlat AND bovengrens >= meetlat, false)
           OR (heeft_marge AND ondergrens IS NULL) AS onzeker
FROM gewogen
