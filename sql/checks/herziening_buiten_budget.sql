-- ernst:    waarschuwing
-- doel:     Een afgesloten jaar dat de bron meer herzag dan gewoon is.
-- getoetst: elk cijfer dat in twee versies van de bron staat
-- kolommen:
--   sleutel   | waar het om gaat
--   bevinding | wat er is gevonden, in woorden
WITH herzien AS (
    SELECT oud.soort_code,
           oud.regio_code,
           oud.periode_code,
           oud.peildatum AS oude_peildatum,
           oud.waarde AS oud,
           nieuw.peildatum,
           nieuw.waarde AS nieuw
    FROM misdrijven_versies AS oud
    JOIN misdrijven_versies AS nieuw
        ON nieuw.soort_code = oud.soort_code AND nieuw.regio_code = oud.regio_code
        AND nieuw.periode_code = oud.periode_code AND nieuw.peildatum = oud.bekend_tot
    WHERE oud.bekend_tot IS NOT NULL
)
SELECT concat(h.soort_code, ' ', h.regio_code, ' ', h.periode_code, ' ', h.peildatum) AS sleutel,
       concat(r.naam, ', ', s.naam, ', ', h.periode_code, ': van ', h.oud, ' (', h.oude_peildatum, ') naar ', coalesce(CAST(h.nieuw AS VARCHAR), 'leeg'), ' (', h.peildatum, ')') AS bevinding
FROM herzien AS h
CROSS JOIN conventie AS k
JOIN regio AS r ON r.regio_code = h.regio_code
JOIN soort_misdrijf AS s ON s.soort_code = h.soort_code
WHERE h.oud IS NOT NULL
  AND (h.nieuw IS NULL
       OR abs(h.nieuw - h.oud) > greatest(k.herziening_minimum,
           h.oud * CASE WHEN r.niveau = 'land' THEN k.herzieningsbudget_land ELSE k.herzieningsbudget_gemeente END / 100.0))
