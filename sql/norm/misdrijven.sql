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
WITH nieuwste_volledige AS (
    SELECT c.bron,
           c.regio_code,
           c.periode_code,
           max(c.peildatum) AS peildatum
    FROM optelcontrole AS c
    JOIN bronnen AS b ON b.bron = c.bron AND coalesce(b.indeling, c.indeling, 0) = coalesce(c.indeling, b.indeling, 0)
    WHERE c.volledig
    GROUP BY c.bron, c.regio_code, c.periode_code
)
SELECT v.soort_code,
       v.regio_code,
       v.periode_code,
       v.waarde,
       v.reden,
       v.status,
       v.bron,
       v.peildatum,
       v.aangiften,
       v.internetaangiften
FROM misdrijven_versies AS v
JOIN nieuwste_volledige AS n
    ON n.bron = v.bron AND n.regio_code = v.regio_code
    AND n.periode_code = v.periode_code AND n.peildatum = v.peildatum
