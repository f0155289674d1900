ALTER TYPE mood ADD VALUE 'grumpy' BEFORE 'ok';
ALTER TYPE mood ADD VALUE 'happy';
