-- doel:    De cijfers die vaker dan een keer gelezen zijn: in twee bestanden van dezelfde versie, of twee keer in een bestand.
-- korrel:  een rij per bron, peildatum, soort misdrijf, regio en periode die vaker voorkomt
-- sleutel: bron, peildatum, soort_code, regio_code, periode_code
-- kolommen:
--   bron             | tabel van de bron
--   peildatum        | de dag waarop de cijfers zo bekend waren
--   soort_code       | soort misdrijf
--   regio_code       | regio
--   periode_code     | periode
--   rijen            | aantal keer gelezen
--   eerste_bestand   | het bestand dat telt
--   laatste_bestand  | een ander bestand, of hetzelfde als het in een bestand twee keer staat
--   laagste          | de laagste gelezen waarde, leeg als -1
--   hoogste          | de hoogste gelezen waarde, leeg als -1
--   gelijk           | waar als alle rijen hetzelfde zeggen
WITH vaker AS (
    SELECT bron,
           peildatum,
           soort_code,
           regio_code,
           periode_code
    FROM ruw_misdrijven
    WHERE is_herhaling
    GROUP BY bron, peildatum, soort_code, regio_code, periode_code
),
rijen AS (
    SELECT r.bron, r.peildatum, r.soort_code, r.regio_code, r.periode_code, r.bestand,
           coalesce(r.waarde, -1) AS waarde,
           coalesce(r.aangiften, -1) AS aangiften,
           coalesce(r.internetaangiften, -1) AS internet
    FROM vaker AS v
    JOIN ruw_misdrijven AS r
        ON r.bron = v.bron AND r.peildatum = v.peildatum AND r.soort_code = v.soort_code
        AND r.regio_code = v.regio_code AND r.periode_code = v.periode_code
)
SELECT bron,
       peildatum,
       soort_code,
       regio_code,
       periode_code,
       count(*) AS rijen,
       min(bestand) AS eerste_bestand,
       max(bestand) AS laatste_bestand,
       min(waarde) AS laagste,
       max(waarde) AS hoogste,
       min(waarde) = max(waarde) AND min(aangiften) = max(aangiften) AND min(internet) = max(internet) AS gelijk
FROM rijen
GROUP BY bron, peildatum, soort_code, regio_code, periode_code
