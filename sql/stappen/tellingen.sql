-- doel:    De gelezen politiecijfers zonder dubbelen: twee bestanden van dezelfde versie die hetzelfde zeggen zijn een rij.
-- korrel:  een rij per bron, peildatum, soort misdrijf, regio en periode
-- sleutel: soort_code, regio_code, periode_code, peildatum, bron
-- kolommen:
--   bron              | de tabel van de bron
--   peildatum         | de dag waarop de cijfers zo bekend waren
--   soort_code        | soort misdrijf
--   regio_code        | regio
--   periode_code      | periode
--   waarde            | aantal geregistreerde misdrijven, leeg waar de bron geen getal heeft
--   aangiften         | aantal aangiften, leeg waar de bron geen getal heeft
--   internetaangiften | aantal internetaangiften, leeg waar de bron geen getal heeft
--   teken             | het teken dat de bron in plaats van een getal geeft
--   indeling          | jaar van de gemeentelijke indeling waarop de versie staat
--   bestand           | het bestand waaruit de rij komt, zie bestanden
SELECT bron,
       peildatum,
       soort_code,
       regio_code,
       periode_code,
       waarde,
       aangiften,
       internetaangiften,
       teken,
       indeling,
       bestand
FROM ruw_misdrijven
WHERE NOT is_herhaling
