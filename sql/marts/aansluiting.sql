-- doel:    Elke gedrukte cel van de nota naast de bron, en elk gedrukt totaal naast de som van de gedrukte rijen.
-- korrel:  een rij per gedrukte cel
-- sleutel: reeks, jaar
-- kolommen:
--   reeks        | sleutel van de reeks; de gedrukte totalen zijn reeks mand
--   jaar         | kalenderjaar
--   nota         | aantal zoals gedrukt
--   bron         | aantal zoals de politie het nu telt; leeg waar de bron er geen heeft
--   verschil     | bron min nota
--   oordeel      | gelijk, of welk soort verschil
--   som_rijen    | som van de gedrukte rijen, alleen bij het gedrukte totaal
--   verschil_som | nota min som_rijen: wat het gedrukte totaal te laag is
--   oordeel_som  | gelijk of gedrukt totaal klopt niet, alleen bij het gedrukte totaal
--   status       | gedrukt_in_nota, of geextrapoleerd voor heel 2020
--   bron_tabel   | tabel van de bron
--   peildatum    | de dag waarop de cijfers van de bron zo bekend waren
--   regel        | regel van de nota
WITH rijen AS (
    SELECT g.jaar,
           CAST(sum(g.waarde) AS BIGINT) AS som_rijen
    FROM gedrukt AS g
    JOIN reeks_delen AS d ON d.deel = g.reeks
    JOIN reeks AS r ON r.reeks = d.reeks AND r.familie = 'hoofd'
    GROUP BY g.jaar
),
cellen AS (
    SELECT g.reeks,
           g.jaar,
           CAST(g.waarde AS BIGINT) AS nota,
           g.status,
           g.regel,
           d.waarde AS bron,
           d.bron AS bron_tabel,
           d.peildatum,
           CASE WHEN r.familie = 'hoofd' THEN j.som_rijen END AS som_rijen,
           greatest(1.0, g.waarde * k.herzieningsbudget_gemeente / 100.0) AS speling
    FROM gedrukt AS g
    CROSS JOIN beleid AS b
    CROSS JOIN conventie AS k
    JOIN reeks AS r ON r.reeks = g.reeks
    LEFT JOIN delicten_jaar AS d ON d.regio_code = b.gemeente AND d.reeks = g.reeks AND d.jaar = g.jaar
    LEFT JOIN rijen AS j ON j.jaar = g.jaar
)
SELECT reeks,
       jaar,
       nota,
       bron,
       bron - nota AS verschil,
       CASE
           WHEN bron IS NULL THEN 'geen bronwaarde'
           WHEN bron = nota THEN 'gelijk'
           WHEN status = 'geextrapoleerd' THEN 'nota schatte dit jaar'
           WHEN nota <> som_rijen THEN 'gedrukt totaal klopt niet'
           WHEN abs(bron - nota) <= speling THEN 'verschil binnen het herzieningsbudget'
           ELSE 'verschil, oorzaak onbekend'
       END AS oordeel,
       som_rijen,
       nota - som_rijen AS verschil_som,
       CASE
           WHEN nota = som_rijen THEN 'gelijk'
           WHEN nota <> som_rijen THEN 'gedrukt totaal klopt niet'
       END AS oordeel_som,
       status,
       bron_tabel,
       peildatum,
       regel
FROM cellen
