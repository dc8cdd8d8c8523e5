-- doel:    De politiecijfers zoals ze nu gelden: elke regio en periode komt heel uit de nieuwste versie met alle soorten, op een indeling.
-- korrel:  een rij per soort misdrijf, regio en periode
-- sleutel: soort_code, regio_code, periode_code
-- kolommen:
--   soort_code        | soort misdrijf, zie soort_misdrijf; 0.0.0 is het totaal van de bron en wordt nooit bij rijen opgeteld
--   regio_code        | regio, zie regio
--   periode_code      | periode, zie periode
--   waarde            | aantal geregistreerde misdrijven; 0 waar de tabel bewijst dat leeg nul is
--   reden             | waarde, nul, niet_gepubliceerd, geheim, onmogelijk of ontbreekt
--   status            | het woord van de bron: definitief, nader_voorlopig of voorlopig
--   bron              | tabel van de bron
--   peildatum         | de dag waarop de cijfers zo bekend waren
--   aangiften         | aantal aangiften
--   internetaangiften | aantal internetaangiften
SELECT soort_code,
       regio_code,
       periode_code,
       waarde,
       reden,
       status,
       bron,
       peildatum,
       aangiften,
       internetaangiften
FROM misdrijven_versies
WHERE geldt
