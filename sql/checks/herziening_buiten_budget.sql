-- ernst:    waarschuwing
-- doel:     Een afgesloten jaar dat de bron meer herzag dan gewoon is.
-- getoetst: elk jaarcijfer dat in twee versies op een indeling staat, en dat van het land in elke versie; een maand telt in haar jaar
-- telt:     (SELECT bekend_tot FROM misdrijven_versies UNION ALL SELECT bekend_tot FROM overlast_versies) WHERE bekend_tot IS NOT NULL
-- kolommen:
--   sleutel   | waar het om gaat
--   stand     | wat de mens ervan ziet: het oude en het nieuwe cijfer, met de dag van hun versie
--   bevinding | wat er is gevonden, in woorden
WITH soort AS (
    SELECT bron, soort_code, naam FROM soort_misdrijf
    UNION ALL
    SELECT bron, soort_code, naam FROM soort_overlast
)
SELECT concat(h.bron, ' ', h.soort_code, ' ', h.regio_code, ' ', h.periode_code) AS sleutel,
       concat(h.oud, ' (', h.oude_peildatum, ') -> ', coalesce(CAST(h.nieuw AS VARCHAR), 'leeg'), ' (', h.peildatum, ')') AS stand,
       concat(r.naam, ', ', s.naam, ', ', h.periode_code, ': van ', h.oud, ' (', h.oude_peildatum, ') naar ', coalesce(CAST(h.nieuw AS VARCHAR), 'leeg'), ' (', h.peildatum, ')') AS bevinding
FROM herziening AS h
CROSS JOIN conventie AS k
JOIN regio AS r ON r.regio_code = h.regio_code
JOIN periode AS p ON p.periode_code = h.periode_code AND p.soort = 'jaar'
JOIN soort AS s ON s.bron = h.bron AND s.soort_code = h.soort_code
WHERE h.oud IS NOT NULL
  AND NOT h.herindeling
  AND (h.nieuw IS NULL
       OR abs(h.nieuw - h.oud) > greatest(k.herziening_minimum,
           h.oud * CASE WHEN r.niveau = 'land' THEN k.herzieningsbudget_land ELSE k.herzieningsbudget_gemeente END / 100.0))
