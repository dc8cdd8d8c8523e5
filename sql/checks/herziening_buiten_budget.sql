-- ernst:    waarschuwing
-- doel:     Een afgesloten jaar dat de bron meer herzag dan gewoon is.
-- getoetst: elk cijfer dat in twee versies van de bron staat
-- kolommen:
--   sleutel   | waar het om gaat
--   bevinding | wat er is gevonden, in woorden
WITH opeenvolgend AS (
    SELECT v.soort_code,
           v.regio_code,
           v.periode_code,
           v.peildatum,
           v.waarde,
           lag(v.waarde) OVER (PARTITION BY v.soort_code, v.regio_code, v.periode_code ORDER BY v.peildatum) AS oud,
           lag(v.peildatum) OVER (PARTITION BY v.soort_code, v.regio_code, v.periode_code ORDER BY v.peildatum) AS oude_peildatum
    FROM misdrijven_versies AS v
)
SELECT concat(o.soort_code, ' ', o.regio_code, ' ', o.periode_code, ' ', o.peildatum) AS sleutel,
       concat(r.naam, ', ', s.naam, ', ', o.periode_code, ': van ', o.oud, ' (', o.oude_peildatum, ') naar ', o.waarde, ' (', o.peildatum, ')') AS bevinding
FROM opeenvolgend AS o
CROSS JOIN conventie AS k
JOIN regio AS r ON r.regio_code = o.regio_code
JOIN soort_misdrijf AS s ON s.soort_code = o.soort_code
WHERE o.oud >= k.percentage_vanaf
  AND abs(o.waarde - o.oud) > o.oud * CASE WHEN r.niveau = 'land' THEN k.herzieningsbudget_land ELSE k.herzieningsbudget_gemeente END / 100.0
