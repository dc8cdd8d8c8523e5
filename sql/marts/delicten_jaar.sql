-- doel:    De tabel van de nota voor elke gemeente en elk jaar, met groepen en totalen als som van rijen.
-- korrel:  een rij per gemeente, reeks en jaar
-- sleutel: regio_code, reeks, jaar
-- kolommen:
--   regio_code | gemeente
--   regio      | naam van de gemeente
--   reeks      | sleutel van de reeks; mand is de som van de 14 rijen van de nota
--   jaar       | kalenderjaar
--   waarde     | aantal geregistreerde misdrijven; leeg waar het niet te geven is
--   reden      | waarde, nul, niet_gepubliceerd, onmogelijk, geheim of ontbreekt
--   status     | het woord van de bron
--   inwoners   | inwoners op 1 januari, op hetzelfde grondgebied
--   per_1000   | aantal per 1.000 inwoners; leeg waar waarde of inwoners ontbreekt
--   inwoners_uitleg | waar de inwoners vandaan komen, of waarom ze ontbreken
--   bron       | tabel van de bron
--   peildatum  | de dag waarop de cijfers zo bekend waren
SELECT t.regio_code,
       r.naam AS regio,
       t.reeks,
       t.jaar,
       t.waarde,
       t.reden,
       t.status,
       b.inwoners,
       round(1000.0 * t.waarde / nullif(b.inwoners, 0), 6) AS per_1000,
       coalesce(b.samenstelling, 'geen inwonertal') AS inwoners_uitleg,
       t.bron,
       t.peildatum
FROM telling_jaar AS t
LEFT JOIN bevolking AS b ON b.regio_code = t.regio_code AND b.jaar = t.jaar
JOIN regio AS r ON r.regio_code = t.regio_code
WHERE t.laag = 'reeks'
