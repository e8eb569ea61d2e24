/* main.c: arguments -> one command. */
int main(void)
{
    return 0;
}
