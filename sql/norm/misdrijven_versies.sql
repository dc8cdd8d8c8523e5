-- doel:    Elk politiecijfer over een jaar of maand die voorbij was, in elke versie die ooit is ontvangen; een herziening vervangt niets.
-- korrel:  een rij per soort misdrijf, regio, periode en peildatum
-- sleutel: soort_code, regio_code, periode_code, peildatum
-- kolommen:
--   soort_code        | soort misdrijf, zie soort_misdrijf
--   regio_code        | regio, zie regio
--   periode_code      | periode, zie periode
--   waarde            | aantal geregistreerde misdrijven; 0 waar de tabel bewijst dat leeg nul is
--   reden             | waarde, nul, niet_gepubliceerd, geheim, onmogelijk of ontbreekt; van een maand van een jaar dat nog niet heel is, is leeg niet bewezen en dus ontbreekt
--   status            | het woord van de bron: definitief, nader_voorlopig of voorlopig
--   bron              | tabel van de bron
--   peildatum         | de dag waarop de cijfers zo bekend waren
--   aangiften         | aantal aangiften; leeg waar niet bewezen is dat leeg nul is
--   internetaangiften | aantal internetaangiften; leeg waar niet bewezen is dat leeg nul is
--   bekend_van        | eerste dag waarop deze waarde de nieuwste was
--   bekend_tot        | dag waarop een nieuwere versie kwam; leeg zolang dit de nieuwste is
--   bestand           | het ontvangen bestand, zie bestanden
--   geldt             | waar als dit het cijfer is dat nu geldt: zie misdrijven
WITH cijfers AS (
    SELECT bron, peildatum, soort_code, regio_code, periode_code, waarde, aangiften, internetaangiften, teken, bestand
    FROM tellingen
    UNION ALL
    SELECT bron, peildatum, soort_code, regio_code, periode_code, waarde, aangiften, internetaangiften, teken, bestand
    FROM ruw_blok
),
geduid AS (
    SELECT t.soort_code,
           t.regio_code,
           t.periode_code,
           t.peildatum,
           t.bron,
           t.bestand,
           t.waarde,
           t.aangiften,
           t.internetaangiften,
           p.status,
           CASE
               WHEN t.waarde <> 0 THEN 'waarde'
               -- Ook een nul is opvulling in een maand waarin het hele land niets telt.
               WHEN t.waarde = 0 AND p.zonder_getal THEN 'ontbreekt'
               -- Een nul bij een soort die niet per maand verschijnt, is opvulling en geen cijfer.
               WHEN t.waarde = 0 AND NOT (n.soort_code IS NOT NULL AND p.is_maand) THEN 'nul'
               WHEN t.teken = 'geheim' THEN 'geheim'
               WHEN t.teken = 'onmogelijk' THEN 'onmogelijk'
               WHEN NOT p.heeft_ooit_waarde THEN 'niet_gepubliceerd'
               WHEN n.soort_code IS NOT NULL AND p.is_maand THEN 'niet_gepubliceerd'
               WHEN p.leeg_is_onmogelijk THEN 'onmogelijk'
               WHEN p.sluit THEN 'nul'
               ELSE 'ontbreekt'
           END AS reden,
           p.aangiften_sluit,
           p.internet_sluit,
           p.geldt,
           p.bekend_tot
    FROM cijfers AS t
    LEFT JOIN ruw_niet_per_maand AS n ON n.bron = t.bron AND n.soort_code = t.soort_code
    LEFT JOIN soortgroep AS s ON s.soort_code = t.soort_code
    LEFT JOIN plaats AS p
        ON p.bron = t.bron AND p.peildatum = t.peildatum
        AND p.regio_code = t.regio_code AND p.periode_code = t.periode_code AND p.groep = s.groep
    -- Een andere periode dan een jaar of maand, of een die nog liep, heeft geen plaats en blijft buiten.
    WHERE coalesce(p.bron, '') <> ''
)
SELECT soort_code,
       regio_code,
       periode_code,
       CASE WHEN reden = 'nul' THEN 0 WHEN reden = 'waarde' THEN waarde END AS waarde,
       reden,
       status,
       bron,
       peildatum,
       CASE WHEN aangiften IS NULL AND reden IN ('waarde', 'nul') AND aangiften_sluit THEN 0
            WHEN reden = 'niet_gepubliceerd' THEN nullif(aangiften, 0)
            ELSE aangiften END AS aangiften,
       CASE WHEN internetaangiften IS NULL AND reden IN ('waarde', 'nul') AND internet_sluit THEN 0
            WHEN reden = 'niet_gepubliceerd' THEN nullif(internetaangiften, 0)
            ELSE internetaangiften END AS internetaangiften,
       peildatum AS bekend_van,
       bekend_tot,
       bestand,
       geldt
FROM geduid
