-- ernst:    waarschuwing
-- doel:     Een bron die mist wat zij nieuw had, of die niet kwam, blijft op haar laatste goede stand; dat mag niemand ontgaan.
-- getoetst: elke bron van het pijplijnbestand: of zij kwam, of zij gelezen kon worden en of zij de controles doorstond
-- telt:     bronnen
-- kolommen:
--   sleutel   | waar het om gaat
--   stand     | wat de mens ervan ziet: wat eraan scheelt, sinds wanneer, en welke stand daarom is overgeslagen
--   bevinding | wat er is gevonden, in woorden
WITH in_woorden AS (
    SELECT naam,
           bron,
           code,
           stap,
           sinds,
           stand_van,
           overgeslagen,
           CASE code
               WHEN 'storing' THEN 'de dienst was niet te bereiken of gaf niets bruikbaars'
               WHEN 'deel' THEN 'een deel van de tabel kwam niet, terwijl de dienst andere vragen wel beantwoordde'
               WHEN 'geweigerd' THEN 'de dienst weigerde de vraag'
               WHEN 'andere_tabel' THEN 'de dienst gaf een andere tabel'
               WHEN 'niet_in_tabel' THEN 'de tabel heeft niet wat het pijplijnbestand eruit vraagt'
               WHEN 'in_beweging' THEN 'de tabel veranderde steeds terwijl zij werd opgehaald'
               WHEN 'na_de_klok' THEN 'de tabel zegt van een dag te zijn die nog moet komen'
               WHEN 'onvolledig' THEN 'wat kwam is niet de hele tabel'
               WHEN 'onleesbaar' THEN 'wat kwam is niet te lezen als deze tabel'
               WHEN 'deel_van_jaar' THEN 'een deel van een jaar heeft de code van het hele jaar'
               WHEN 'onderwerpen' THEN 'onderwerpen van monitor_vragen staan niet meer onder hun sleutel in de tabel'
               WHEN 'bereik' THEN 'een uitkomst kan niet bestaan'
               WHEN 'controle' THEN 'een controle vond er een fout in'
               ELSE code
           END AS reden,
           waarover
    FROM ruw_achterstand
)
SELECT concat(naam, ' ', stap) AS sleutel,
       concat(code, ' ', sinds, CASE WHEN overgeslagen IS NULL THEN '' ELSE concat(' ', overgeslagen) END) AS stand,
       concat('bron ', naam, ' (', bron, ') heeft sinds ', sinds, ' geen nieuws: ', reden,
              CASE WHEN waarover IS NULL THEN '' ELSE concat(' (', waarover, ')') END,
              CASE WHEN overgeslagen IS NULL THEN '' ELSE concat(', de stand van ', overgeslagen, ' is overgeslagen') END,
              CASE WHEN stand_van IS NULL THEN ', er zijn geen cijfers van' ELSE concat(', de cijfers blijven die van ', stand_van) END) AS bevinding
FROM in_woorden
