-- doel:    Geregistreerde overlast; een registratie is geen misdrijf en telt nooit mee in een som van misdrijven.
-- korrel:  een rij per soort overlast, regio en periode
-- sleutel: soort_code, regio_code, periode_code
-- kolommen:
--   soort_code   | soort overlast; E33 is overlast door een verward persoon
--   regio_code   | regio, zie regio
--   periode_code | periode, zie periode
--   waarde       | aantal registraties
--   reden        | waarde, nul, niet_gepubliceerd, geheim, onmogelijk of ontbreekt
--   status       | het woord van de bron
--   bron         | tabel van de bron
--   peildatum    | de dag waarop de cijfers zo bekend waren
SELECT soort_code,
       regio_code,
       periode_code,
       waarde,
       CASE WHEN waarde <> 0 THEN 'waarde' WHEN waarde = 0 THEN 'nul' ELSE 'ontbreekt' END AS reden,
       status,
       bron,
       peildatum
FROM ruw_overlast
